"""spark-submit target: the same as `ftq doctor`, for what the flags and properties of a submission bring to the nodes.

spark-submit --properties-file FILE --master MASTER jobs/doctor.py --out RUN
"""

import sys

from ftq_spark.cli.app import job

if __name__ == "__main__":
    job(["doctor", *sys.argv[1:]])
