"""Radios and checkboxes, whose labels may carry a hint and whose answers may uncover further fields."""

from django import forms
from django.utils.html import format_html, format_html_join
from django.utils.safestring import mark_safe
from django.utils.translation import gettext_lazy as _


class Label(str):
    """A choice's words with a hint under them: `Label("Analyse", "find out what is needed")`."""

    __slots__ = ("hint",)

    def __new__(cls, text, hint=""):
        self = super().__new__(cls, text)
        self.hint = hint
        return self


class Choices(forms.RadioSelect):
    """What radios and checkboxes have in common, in three looks."""

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

    def _render(self, template_name, context, renderer=None):
        """Drawn here and not by a template: a filter of forty boxes costs a tenth of the time."""
        widget = context["widget"]
        options = [option for _group, options, _index in widget["optgroups"] for option in options]
        look = f" {self.look}" if self.look else ""
        return format_html(
            '<div class="govuk-{0}{1}" data-module="govuk-{0}">{2}</div>',
            self.kind,
            look,
            mark_safe("".join(self._option(option) for option in options)),  # noqa: S308 - made by format_html
        )

    def get_context(self, name, value, attrs):
        attrs = dict(attrs or {})
        reveals = attrs.pop("reveals", {})
        context = super().get_context(name, value, attrs)
        for _group, options, _index in context["widget"]["optgroups"]:
            for option in options:
                option["reveals"] = reveals.get(str(option["value"]), [])
        return context

    def _option(self, option: dict) -> str:
        number, label = option["attrs"]["id"], option["label"]
        hint = getattr(label, "hint", "")
        return format_html(
            '<div class="govuk-{0}__item"><input class="govuk-{0}__input" type="{1}" name="{2}" id="{3}" value="{4}"{5}>'
            '<label class="govuk-label govuk-{0}__label" for="{3}">{6}</label>{7}</div>{8}',
            self.kind,
            option["type"],
            option["name"],
            number,
            str(option["value"]),
            self._attributes(option, number, hint),
            label,
            format_html(
                '<div id="{}-hint" class="govuk-hint govuk-{}__hint">{}</div>', number, self.kind, hint
            )
            if hint
            else "",
            self._uncovered(option, number),
        )

    @staticmethod
    def _attributes(option: dict, number: str, hint: str) -> str:
        words = [" checked"] if option["selected"] else []
        words += [" disabled"] if option["attrs"].get("disabled") else []
        words += [format_html(' aria-describedby="{}-hint"', number)] if hint else []
        words += [format_html(' data-app-reveals="{}-reveals"', number)] if option["reveals"] else []
        return mark_safe("".join(words))  # noqa: S308 - constants and format_html

    def _uncovered(self, option: dict, number: str) -> str:
        if not option["reveals"]:
            return ""
        return format_html(
            '<div class="govuk-{0}__conditional{1}" id="{2}-reveals">{3}</div>',
            self.kind,
            "" if option["selected"] else f" govuk-{self.kind}__conditional--hidden",
            number,
            format_html_join("", "{}", ((field.as_field_group(),) for field in option["reveals"])),
        )


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
