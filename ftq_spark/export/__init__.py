"""Examples of a run as trainers read them: uniform shards in one schema, splits, a card, and Croissant metadata."""

from ftq_spark.export.rows import FORMATS
from ftq_spark.export.splits import parse_splits
from ftq_spark.export.write import Wanted, export

__all__ = ["FORMATS", "Wanted", "export", "parse_splits"]
