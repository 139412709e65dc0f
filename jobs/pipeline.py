"""spark-submit target: the same as `ftq run`, with the same flags.

spark-submit --master local[2] --py-files dist/ftq_spark.zip jobs/pipeline.py INPUT... --out RUN
"""

import sys

from ftq_spark.cli.app import job

if __name__ == "__main__":
    job(["run", *sys.argv[1:]])
