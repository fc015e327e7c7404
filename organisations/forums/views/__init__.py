"""Pages of forums and their meetings, one module a noun."""
