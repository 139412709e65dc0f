"""Raw rows of any chat schema become canonical conversations.

    conversation({"instruction": "Say hi.", "output": "Hi!"}).messages

:mod:`~ftq_spark.formats.containers` walks the bytes of a file to raw rows, :mod:`~ftq_spark.formats.ingest` makes Arrow
batches of them, and :mod:`~ftq_spark.formats.detect` says which schema a row has.
"""

from ftq_spark.formats.detect import conversation
from ftq_spark.formats.faults import CODES, FIXES, Fault
from ftq_spark.formats.turns import Conversation

__all__ = ["CODES", "FIXES", "Conversation", "Fault", "conversation"]
