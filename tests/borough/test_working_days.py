from datetime import date

import pytest

from vcse_portal.borough.working_days import add_working_days, first_working_day, is_working_day


@pytest.mark.parametrize(
    ("day", "expected"),
    [
        (date(2026, 12, 1), True),
        (date(2026, 12, 5), False),  # Saturday
        (date(2026, 12, 25), False),
        (date(2026, 12, 28), False),  # Boxing Day, a Saturday, is kept on the Monday
        (date(2027, 3, 26), False),  # Good Friday
        (date(2026, 11, 30), True),  # St Andrew's Day is a holiday in Scotland only
    ],
)
def test_is_working_day(day, expected):
    assert is_working_day(day) is expected


def test_first_working_day_after_new_year_and_a_week_end():
    assert first_working_day(2027, 1) == date(2027, 1, 4)
    assert first_working_day(2026, 12) == date(2026, 12, 1)
    assert first_working_day(2027, 5) == date(2027, 5, 4)


def test_add_working_days_passes_over_week_ends_and_bank_holidays():
    assert add_working_days(date(2026, 12, 18), 10) == date(2027, 1, 6)
    assert add_working_days(date(2026, 12, 19), 0) == date(2026, 12, 19)
