import datetime as dt
from decimal import Decimal

import pytest

from vcse_portal.ui import words

TODAY = dt.date(2026, 11, 20)


@pytest.mark.parametrize(
    ("value", "said"),
    [
        (None, ""),
        (1250, "£1,250"),
        ("1250.5", "£1,250.50"),
        (Decimal("0.005"), "£0.01"),
        (Decimal("0.015"), "£0.02"),
        (-5, "−£5"),
        (0, "£0"),
    ],
)
def test_pounds(value, said):
    assert words.pounds(value) == said


@pytest.mark.parametrize(
    ("days", "when", "due"),
    [
        (0, "today", "due today"),
        (1, "tomorrow", "due tomorrow"),
        (-1, "yesterday", "1 day overdue"),
        (3, "in 3 days", "due in 3 days"),
        (-5, "5 days ago", "5 days overdue"),
        (20, "in 20 days", "due in 20 days"),
        (21, "in 3 weeks", "due in 3 weeks"),
        (100, "in 3 months", "due in 3 months"),
        (-800, "2 years ago", "2 years overdue"),
    ],
)
def test_dates_in_words(days, when, due):
    day = TODAY + dt.timedelta(days=days)
    assert words.date_in_words(day, TODAY) == when
    assert words.due_in_words(day, TODAY) == due


def test_moment_is_said_in_london_time():
    assert words.moment(dt.datetime(2026, 7, 1, 13, 5, tzinfo=dt.UTC)) == "1 July 2026, 2:05pm"


def test_day_is_the_day_in_london():
    assert words.as_day(dt.datetime(2026, 6, 30, 23, 30, tzinfo=dt.UTC)) == dt.date(2026, 7, 1)


@pytest.mark.parametrize(("number", "said"), [(0, "no groups"), (1, "1 group"), (1304, "1,304 groups")])
def test_count_of(number, said):
    assert words.count_of(number, "group") == said
