"""Fields that accept what people type and answer with a sentence: money, postcodes, numbers, Markdown, version."""

import re
from decimal import Decimal
from itertools import product

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from localflavor.gb.forms import GBPostcodeField

AMOUNT = re.compile(r"^-?[0-9]{1,3}(,[0-9]{3})+(\.[0-9]+)?$|^-?[0-9]+(\.[0-9]+)?$")


class MoneyInput(forms.TextInput):
    template_name = "govuk/widgets/money.html"

    def __init__(self, attrs=None):
        super().__init__({"inputmode": "decimal", "class": "govuk-input--width-10"} | (attrs or {}))


class MoneyField(forms.DecimalField):
    """Pounds as Decimal to the penny. Takes £1,250.50, 1250.5, 1 250."""

    widget = MoneyInput

    def __init__(self, *, max_digits=12, **kwargs):
        super().__init__(max_digits=max_digits, decimal_places=2, **kwargs)

    def prepare_value(self, value):
        if isinstance(value, Decimal | int | float):
            return f"{value:,.2f}".removesuffix(".00")
        return value

    def has_changed(self, initial, data):
        return super().has_changed(
            initial, str(data or "").replace("£", "").replace(",", "").replace(" ", "")
        )

    def to_python(self, value):
        if value in self.empty_values or isinstance(value, Decimal):
            return value if isinstance(value, Decimal) else None
        text = re.sub(r"\s", "", str(value)).replace("£", "", 1)
        what = self.label or _("Amount")
        if not AMOUNT.match(text):
            message = _("%(what)s must be an amount in pounds, like 1,250 or 1250.50") % {"what": what}
            raise ValidationError(message, code="invalid")
        whole, _point, pence = text.lstrip("-").replace(",", "").partition(".")
        if len(pence.rstrip("0")) > 2:
            raise ValidationError(
                _("%(what)s must be in pounds and whole pence") % {"what": what}, code="pence"
            )
        if len(whole.lstrip("0")) > self.max_digits - 2:
            raise ValidationError(_("%(what)s is too large an amount") % {"what": what}, code="large")
        return round(Decimal(text.replace(",", "")), 2)


class WholeNumberField(forms.IntegerField):
    """A whole number; commas and spaces are read over."""

    widget = forms.TextInput

    def __init__(self, **kwargs):
        kwargs.setdefault(
            "widget", forms.TextInput({"inputmode": "numeric", "class": "govuk-input--width-5"})
        )
        super().__init__(**kwargs)

    def to_python(self, value):
        if isinstance(value, str):
            value = re.sub(r"[,\s]", "", value)
            if len(value) > 15 or not re.fullmatch(r"-?[0-9]*", value):
                raise ValidationError(self.error_messages["invalid"], code="invalid")
        return super().to_python(value)


class PostcodeField(GBPostcodeField):
    """A postcode, given back as "M16 0PU". Says what was probably meant when O and 0, I and 1, S and 5 are mixed."""

    def __init__(self, **kwargs):
        kwargs.setdefault("max_length", 12)
        kwargs.setdefault(
            "widget", forms.TextInput({"class": "govuk-input--width-10", "autocomplete": "postal-code"})
        )
        super().__init__(**kwargs)

    def clean(self, value):
        typed = str(value or "").strip()
        plain = re.sub(r"[^A-Za-z0-9]", "", typed)
        if len(typed) > 40 or (typed and not plain):
            plain = "?"
        try:
            return super().clean(plain)
        except ValidationError as error:
            if not plain:
                raise
            meant = self._probably_meant(plain.upper()) if len(plain) <= 8 else ""
            typed = typed[:12]
            if meant:
                words = _("“%(typed)s” is not a postcode. Did you mean %(meant)s?")
                raise ValidationError(words % {"typed": typed, "meant": meant}, code="invalid") from error
            words = _("Enter a full UK postcode, like M16 0PU")
            raise ValidationError(words, code="invalid") from error

    def _probably_meant(self, plain: str) -> str:
        mixed = {"O": "0", "0": "O", "I": "1", "1": "I", "S": "5", "5": "S", "L": "1"}
        options = [(char, mixed[char]) if char in mixed else (char,) for char in plain]
        for candidate in product(*options):
            try:
                return super().clean("".join(candidate))
            except ValidationError:
                continue
        return ""


class MarkdownField(forms.CharField):
    """Longer text people may give paragraphs, lists and links."""

    def __init__(self, *, max_length=10_000, rows=8, **kwargs):
        kwargs.setdefault("widget", forms.Textarea({"rows": rows}))
        kwargs.setdefault(
            "help_text",
            gettext_lazy("Leave an empty line between paragraphs. Start a line with - for a list."),
        )
        super().__init__(max_length=max_length, **kwargs)


class VersionField(forms.IntegerField):
    """The version of the record the person was shown; compared again when they save."""

    widget = forms.HiddenInput

    def __init__(self, **kwargs):
        words = gettext_lazy("This page has been open too long. Open it again and repeat your change.")
        super().__init__(error_messages={"required": words, "invalid": words}, **kwargs)
