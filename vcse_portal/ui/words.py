"""How figures and dates are said: £1,250, in 3 days, 34 organisations."""

import datetime as dt
from decimal import ROUND_HALF_UP, Decimal

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

PENNY = Decimal("0.01")


def pounds(value) -> str:
    """£1,250, or £1,250.50 where there are pence. Rounds half up to the penny. Empty for None."""
    if value is None or value == "":
        return ""
    amount = Decimal(str(value)).quantize(PENNY, ROUND_HALF_UP)
    sign = "−" if amount < 0 else ""
    return f"{sign}£{abs(amount):,.2f}".removesuffix(".00")


def as_day(value: dt.date | dt.datetime) -> dt.date:
    """The day it is in London."""
    if isinstance(value, dt.datetime):
        return timezone.localtime(value).date() if timezone.is_aware(value) else value.date()
    return value


def date_in_words(value: dt.date | dt.datetime, today: dt.date | None = None) -> str:
    """today, tomorrow, in 3 days, 5 weeks ago; empty for None."""
    if not value:
        return ""
    days = (as_day(value) - (today or timezone.localdate())).days
    near = {0: _("today"), 1: _("tomorrow"), -1: _("yesterday")}
    if days in near:
        return near[days]
    return (_("in %(span)s") if days > 0 else _("%(span)s ago")) % {"span": span(abs(days))}


def due_in_words(value: dt.date | dt.datetime, today: dt.date | None = None) -> str:
    """due today, due tomorrow, due in 3 days, 3 days overdue; empty for None."""
    if not value:
        return ""
    days = (as_day(value) - (today or timezone.localdate())).days
    if days < 0:
        return _("%(span)s overdue") % {"span": span(-days)}
    return _("due %(when)s") % {"when": date_in_words(value, today)}


def moment(value: dt.datetime) -> str:
    """20 November 2026, 2:30pm, in London; empty for None."""
    if not value:
        return ""
    local = timezone.localtime(value) if timezone.is_aware(value) else value
    return f"{date_format(local.date())}, {local:%-I:%M%p}".replace("AM", "am").replace("PM", "pm")


def span(days: int) -> str:
    """A number of days in the unit a person would use: days to three weeks, then weeks, months, years."""
    if days < 21:
        return ngettext("%(n)s day", "%(n)s days", days) % {"n": days}
    if days < 84:
        return ngettext("%(n)s week", "%(n)s weeks", days // 7) % {"n": days // 7}
    if days < 730:
        months = round(days / 30.44)
        return ngettext("%(n)s month", "%(n)s months", months) % {"n": months}
    return ngettext("%(n)s year", "%(n)s years", days // 365) % {"n": days // 365}


def count_of(number: int, one: str, many: str = "") -> str:
    """1 organisation, 1,304 organisations, no organisations."""
    if number == 0:
        return f"no {many or one + 's'}"
    return f"{number:,} {one if number == 1 else many or one + 's'}"


def file_size(size: int) -> str:
    """820 KB, 3.4 MB."""
    return f"{max(1, round(size / 1024))} KB" if size < 1024 * 1024 else f"{size / 1024 / 1024:.1f} MB"
