"""Records that are the same organisation: likely pairs, and a merge that can be undone."""
