"""What lies on disk or in a store, without Spark: storage → run (tables, manifest); shards (the input files)."""
