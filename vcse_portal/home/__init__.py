"""The roof's own pages: front page, what needs me, health, errors and the navigation that knows every room."""
