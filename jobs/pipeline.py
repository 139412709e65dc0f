"""spark-submit target: the same as `ftq run`, with the same flags.

spark-submit --master local[2] --py-files dist/ftq_spark.zip jobs/pipeline.py INPUT... --out RUN
"""

import sys

from ftq_spark.cli.app import invoke

if __name__ == "__main__":
    code = invoke(["run", *sys.argv[1:]])
    if code:  # a managed cluster takes any SystemExit for a failure, a zero too
        sys.exit(code)
