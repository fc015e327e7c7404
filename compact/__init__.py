"""Compact, values charter and codes: what both sides promised, written together and signed."""
