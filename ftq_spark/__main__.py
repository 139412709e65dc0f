"""``python -m ftq_spark``: the same as ``ftq``."""

from ftq_spark.cli.app import main

if __name__ == "__main__":
    main()
