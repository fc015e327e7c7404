"""Plans of what council and sector have undertaken: actions with a lead and a date, updates, yearly reports."""
