"""Text material of the sample dataset and the functions that compose it."""
