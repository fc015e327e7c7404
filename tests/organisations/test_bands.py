from decimal import Decimal

import pytest

from organisations.bands import Band, band_of


@pytest.mark.parametrize(
    ("income", "band"),
    [
        (None, Band.UNKNOWN),
        (Decimal(0), Band.MICRO),
        (Decimal("9999.99"), Band.MICRO),
        (Decimal(10_000), Band.SMALL),
        (Decimal(100_000), Band.MEDIUM),
        (Decimal("999999.99"), Band.MEDIUM),
        (Decimal(1_000_000), Band.LARGE),
        (Decimal(10_000_000), Band.MAJOR),
        (Decimal(100_000_000), Band.SUPER_MAJOR),
    ],
)
def test_band_of_income_includes_its_lower_bound(income, band):
    assert band_of(income) == band
