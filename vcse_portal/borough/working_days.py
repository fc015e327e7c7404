"""Working days in England: neither Saturday, Sunday nor a bank holiday."""

from datetime import date, timedelta
from functools import lru_cache

from holidays import country_holidays

DAY = timedelta(days=1)


@lru_cache(maxsize=64)
def _bank_holidays(year: int) -> frozenset[date]:
    return frozenset(country_holidays("GB", subdiv="ENG", years=year))


def is_working_day(day: date) -> bool:
    return day.weekday() < 5 and day not in _bank_holidays(day.year)


def first_working_day(year: int, month: int) -> date:
    """The first working day of a month: 4 January in 2027, after New Year's Day and a week-end."""
    day = date(year, month, 1)
    while not is_working_day(day):
        day += DAY
    return day


def add_working_days(day: date, count: int) -> date:
    """The day `count` working days after `day`, which itself is not counted."""
    while count > 0:
        day += DAY
        count -= is_working_day(day)
    return day
