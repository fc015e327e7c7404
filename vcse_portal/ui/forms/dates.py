"""Dates in three boxes, as people write them, with errors that name and outline the part that is wrong."""

import datetime as dt
import re

from django import forms
from django.core.exceptions import ValidationError
from django.utils.dateparse import parse_date
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

SHORT_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
MONTHS = {name: number for number, name in enumerate(SHORT_MONTHS, 1)}
DAY, MONTH, YEAR = range(3)
PARTS = (
    (gettext_lazy("Day"), gettext_lazy("day"), 2),
    (gettext_lazy("Month"), gettext_lazy("month"), 2),
    (gettext_lazy("Year"), gettext_lazy("year"), 4),
)


class DateParts(forms.MultiWidget):
    template_name = "govuk/widgets/date.html"
    use_fieldset = True

    def __init__(self, attrs=None):
        super().__init__([forms.TextInput({"inputmode": "numeric"}) for _part in PARTS], attrs)

    def decompress(self, value):
        if isinstance(value, str):
            value = parse_date(value)
        return [value.day, value.month, value.year] if value else [None] * 3

    def get_context(self, name, value, attrs):
        attrs = dict(attrs or {})
        bad = attrs.pop("bad", None) or []
        context = super().get_context(name, value, attrs)
        for index, part in enumerate(context["widget"]["subwidgets"]):
            label, _word, width = PARTS[index]
            part["label"] = label
            part["attrs"].pop("aria-describedby", None)
            part["attrs"].pop("aria-invalid", None)
            part["attrs"]["class"] = f"govuk-input govuk-date-input__input govuk-input--width-{width}"
            if index in bad:
                part["attrs"]["class"] += " govuk-input--error"
                part["attrs"]["aria-invalid"] = "true"
        return context


class DateField(forms.MultiValueField):
    """A date. `earliest` and `latest` are dates or callables giving one. Month names are understood."""

    widget = DateParts

    def __init__(self, *, earliest=None, latest=None, **kwargs):
        self.earliest, self.latest = earliest, latest
        self.bad: list[int] = []
        fields = [forms.CharField(required=False) for _part in PARTS]
        super().__init__(fields, require_all_fields=False, **kwargs)

    @property
    def what(self) -> str:
        return str(self.label or _("Date")).rstrip("?")

    def clean(self, value):
        parts = [str(part or "").strip() for part in (value or [""] * 3)]
        self.bad = [DAY, MONTH, YEAR]
        if not any(parts):
            if self.required:
                raise ValidationError(self.error_messages["required"], code="required")
            self.bad = []
            return None
        day = self._real_date(parts)
        self._check_range(day)
        self.run_validators(day)
        self.bad = []
        return day

    def compress(self, data_list):
        return self.clean(data_list)

    def _real_date(self, parts: list[str]) -> dt.date:
        missing = [index for index, part in enumerate(parts) if not part]
        if missing:
            self.bad = missing
            names = _(" and ").join(str(PARTS[index][1]) for index in missing)
            raise ValidationError(
                _("%(what)s must include a %(parts)s") % {"what": self.what, "parts": names},
                code="incomplete",
            )
        if parts[YEAR].isdigit() and len(parts[YEAR]) != 4:
            self.bad = [YEAR]
            raise ValidationError(
                _("%(what)s: give the year as 4 numbers") % {"what": self.what}, code="year"
            )
        month = MONTHS.get(parts[MONTH][:3].lower(), parts[MONTH])
        try:
            return dt.date(int(parts[YEAR][:5]), int(month), int(parts[DAY][:3]))
        except (ValueError, OverflowError):
            raise ValidationError(
                _("%(what)s must be a real date") % {"what": self.what}, code="invalid"
            ) from None

    def _check_range(self, day: dt.date) -> None:
        for bound, is_wrong, words in (
            (self.earliest, lambda limit: day < limit, _("%(what)s must be %(limit)s or later")),
            (self.latest, lambda limit: day > limit, _("%(what)s must be %(limit)s or earlier")),
        ):
            limit = bound() if callable(bound) else bound
            if limit and is_wrong(limit):
                raise ValidationError(words % {"what": self.what, "limit": date_format(limit)}, code="range")


CLOCK = re.compile(r"^(\d{1,2})(?:[:.]?(\d{2}))?\s*([ap])?\.?m?\.?$")


class TimeField(forms.TimeField):
    """A time of day as people write it: 2:30pm, 14:30, 1430, 9am, midday, midnight."""

    def __init__(self, **kwargs):
        kwargs.setdefault("widget", forms.TextInput({"class": "govuk-input--width-5"}))
        super().__init__(**kwargs)

    def prepare_value(self, value):
        return value.strftime("%H:%M") if isinstance(value, dt.time) else value

    def to_python(self, value):
        if value in self.empty_values or isinstance(value, dt.time):
            return value or None
        text = str(value).strip().lower()
        text = {"midday": "12:00", "noon": "12:00", "midnight": "00:00"}.get(text, text)
        found = CLOCK.match(text) if text.isascii() else None
        try:
            hour, minute, half = int(found[1]), int(found[2] or 0), found[3]
            if half and not 1 <= hour <= 12:
                raise ValueError
            return dt.time((hour % 12) + (12 if half == "p" else 0) if half else hour, minute)
        except (TypeError, ValueError):
            message = _("%(what)s must be a time, like 9:30am or 14:30") % {"what": self.label or _("Time")}
            raise ValidationError(message, code="invalid") from None
