"""`ftq validate`: the format check alone, in the manner of a compiler, without Spark.

A row that cannot be read is *rejected*. A row that can be read, but of which a trainer would silently drop something or
learn what nobody meant, gets a *warning*.
"""

from ftq_spark.validation.check import validate
from ftq_spark.validation.lengths import Counting, token_counting
from ftq_spark.validation.render import render
from ftq_spark.validation.sarif import sarif

__all__ = ["Counting", "render", "sarif", "token_counting", "validate"]
