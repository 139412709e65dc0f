"""Audit, clean and score chat fine-tuning datasets on Spark."""

__version__ = "0.1.0"
