"""Radios and checkboxes, whose labels may carry a hint and whose answers may uncover further fields."""

from django import forms
from django.utils.translation import gettext_lazy as _


class Label(str):
    """A choice's words with a hint under them: `Label("Analyse", "find out what is needed")`."""

    __slots__ = ("hint",)

    def __new__(cls, text, hint=""):
        self = super().__new__(cls, text)
        self.hint = hint
        return self


class Choices(forms.RadioSelect):
    """What radios and checkboxes have in common: one template, three looks."""

    template_name = "govuk/widgets/choices.html"
    kind = "radios"

    def __init__(self, attrs=None, choices=(), *, small=False, inline=False):
        super().__init__(attrs, choices)
        self.look = " ".join(
            f"govuk-{self.kind}--{word}" for word, is_on in (("small", small), ("inline", inline)) if is_on
        )

    def shrink(self) -> None:
        """Small boxes, where many stand beside a list."""
        if "--small" not in self.look:
            self.look = f"{self.look} govuk-{self.kind}--small".strip()

    def get_context(self, name, value, attrs):
        attrs = dict(attrs or {})
        reveals = attrs.pop("reveals", {})
        context = super().get_context(name, value, attrs)
        context |= {"kind": self.kind, "look": self.look}
        for _group, options, _index in context["widget"]["optgroups"]:
            for option in options:
                option["reveals"] = reveals.get(str(option["value"]), [])
        return context


class Radios(Choices):
    pass


class Checkboxes(Choices, forms.CheckboxSelectMultiple):
    allow_multiple_selected = True
    input_type = "checkbox"
    kind = "checkboxes"


class YesNoField(forms.TypedChoiceField):
    """A question answered yes or no; cleans to True, False, or None when it may stay open."""

    def __init__(self, **kwargs):
        super().__init__(
            choices=[("yes", _("Yes")), ("no", _("No"))],
            coerce=lambda value: value == "yes",
            empty_value=None,
            widget=kwargs.pop("widget", Radios(inline=True)),
            **kwargs,
        )

    def prepare_value(self, value):
        return {True: "yes", False: "no"}.get(value, value)
