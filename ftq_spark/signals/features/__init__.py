"""What several signals read: word lists and tokens by word list."""
