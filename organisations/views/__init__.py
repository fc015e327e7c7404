"""Directory, organisation, its numbers, contacts, ties and people: one function a page."""
