"""Spark itself: java → session; inputs (shards → DataFrame) and tables (of a run, as DataFrames)."""
