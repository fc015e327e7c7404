"""Registering, proposing, people, the mailed link, and officers' pages: one function a page."""
