"""The human side: draws, sheets, labels, the error gate, agreement, sizing."""
