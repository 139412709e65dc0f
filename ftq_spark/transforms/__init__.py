"""DataFrame → DataFrame, lazy: nothing here reads, writes, counts or collects."""
