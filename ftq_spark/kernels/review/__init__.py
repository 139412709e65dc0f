"""People's judgements: sampling (who is drawn) → intervals → error_gate; agreement between annotators."""
