"""The report: tables → summary → page."""
