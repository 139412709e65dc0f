"""Near duplicates of whole batches: minhash (shingles → signatures → bands) → lsh (blocks → pairs) → unit_pairs."""
