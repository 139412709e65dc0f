"""`ftq lint`: does a scoring profile rank answers as people do, and which weights would rank them better?"""

from ftq_spark.lint.anchors import Anchor, read_anchors, shipped_anchors
from ftq_spark.lint.check import check, render
from ftq_spark.lint.fit import fit, render_fit

__all__ = ["Anchor", "check", "fit", "read_anchors", "render", "render_fit", "shipped_anchors"]
