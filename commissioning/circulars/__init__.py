"""The monthly circular: it assembles itself, an officer edits and approves it, subscribers get it by email."""
