"""Dates and times as council pages write them: 3 December 2026, 2:30pm."""

DATE_FORMAT = "j F Y"
SHORT_DATE_FORMAT = "j M Y"
TIME_FORMAT = "g:ia"
DATETIME_FORMAT = "j F Y, g:ia"
MONTH_DAY_FORMAT = "j F"
