"""People: how they sign in, which roles the council gave them, and how they are invited."""
