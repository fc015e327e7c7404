"""Income bands of the National Council for Voluntary Organisations (NCVO, 21 January 2019)."""

from decimal import Decimal

from django.db import models
from django.utils.translation import gettext_lazy as _


class Band(models.TextChoices):
    MICRO = "micro", _("Micro: under £10,000")
    SMALL = "small", _("Small: £10,000 to £100,000")
    MEDIUM = "medium", _("Medium: £100,000 to £1 million")
    LARGE = "large", _("Large: £1 million to £10 million")
    MAJOR = "major", _("Major: £10 million to £100 million")
    SUPER_MAJOR = "super_major", _("Super-major: over £100 million")
    UNKNOWN = "", _("Not known")


UPPER = [  # pounds a year; a lower bound belongs to the band it opens
    (Decimal(10_000), Band.MICRO),
    (Decimal(100_000), Band.SMALL),
    (Decimal(1_000_000), Band.MEDIUM),
    (Decimal(10_000_000), Band.LARGE),
    (Decimal(100_000_000), Band.MAJOR),
]


def band_of(income: Decimal | None) -> str:
    """The band of an annual income in pounds; empty when the income is not known."""
    if income is None:
        return Band.UNKNOWN
    return next((band for bound, band in UPPER if income < bound), Band.SUPER_MAJOR)
