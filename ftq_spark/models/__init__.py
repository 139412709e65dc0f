"""What loads weights or calls a server: files (found, and safe to load) → encoder, nli; judge. No Spark."""
