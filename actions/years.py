"""The days a report's year covers."""

from datetime import date, timedelta


def financial_year(year: int) -> tuple[date, date]:
    """1 April to 31 March: 2026 is 2026 to 2027."""
    return date(year, 4, 1), date(year + 1, 3, 31)


def plan_year(starts_on: date, year: int) -> tuple[date, date]:
    """From the plan's anniversary in `year` to the day before the next; 29 February falls on 1 March."""
    return _anniversary(starts_on, year), _anniversary(starts_on, year + 1) - timedelta(days=1)


def period(year_kind: str, year: int, starts_on: date) -> tuple[date, date]:
    """First and last day of a report's year of either kind."""
    return plan_year(starts_on, year) if year_kind == "plan" else financial_year(year)


def in_words(period_from: date, period_to: date) -> str:
    """“2026 to 2027”, or “2026” when the year ends in the year it began."""
    years = (period_from.year, period_to.year)
    return str(years[0]) if years[0] == years[1] else f"{years[0]} to {years[1]}"


def _anniversary(day: date, year: int) -> date:
    try:
        return day.replace(year=year)
    except ValueError:
        return date(year, 3, 1)
