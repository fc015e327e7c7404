"""One renderer for every form, ours and the libraries': GOV.UK classes, hints, errors and where focus goes."""

from django import forms
from django.forms.renderers import TemplatesSetting

from .choices import Choices
from .dates import DateParts

CLASSES = {
    forms.Textarea: "govuk-textarea",
    forms.Select: "govuk-select",
    forms.FileInput: "govuk-file-upload",
    forms.CheckboxInput: "govuk-checkboxes__input",
    forms.widgets.Input: "govuk-input",
}


class GovukRenderer(TemplatesSetting):
    form_template_name = "govuk/form.html"
    field_template_name = "govuk/field_group.html"

    @property
    def bound_field_class(self):
        return GovukBoundField


class GovukBoundField(forms.BoundField):
    """Adds to Django's bound field what the GOV.UK markup asks for."""

    @property
    def first_id(self) -> str:
        """The id of the input that a link in the error summary must put the focus on."""
        if isinstance(self.field.widget, DateParts):
            return f"{self.auto_id}_{(getattr(self.field, 'bad', None) or [0])[0]}"
        return f"{self.auto_id}_0" if self.use_fieldset else self.auto_id

    @property
    def is_single_checkbox(self) -> bool:
        return isinstance(self.field.widget, forms.CheckboxInput)

    @property
    def is_password(self) -> bool:
        return isinstance(self.field.widget, forms.PasswordInput)

    @property
    def is_optional(self) -> bool:
        marks = getattr(self.form, "marks_optional", False)
        return marks and not self.field.required and not self.is_single_checkbox

    @property
    def is_heading(self) -> bool:
        return getattr(self.form, "label_is_heading", False)

    @property
    def label_size(self) -> str:
        return getattr(self.form, "label_size", "s")

    @property
    def max_chars(self) -> int | None:
        """The limit to count down from while someone writes; none for the limit every text has anyway."""
        if not isinstance(self.field.widget, forms.Textarea) or getattr(self.field, "limit_is_silent", False):
            return None
        return getattr(self.field, "max_length", None)

    @property
    def reveals(self) -> dict[str, list]:
        """Choice value → the bound fields it uncovers."""
        found = getattr(self.form, "reveals", {}).get(self.name, {})
        return {str(value): [self.form[name] for name in names] for value, names in found.items()}

    @property
    def aria_describedby(self):
        ids = (super().aria_describedby or "").split()
        if self.max_chars:
            ids.append(f"{self.auto_id}-info")  # the id the character count looks for
        return " ".join(ids) or None

    def build_widget_attrs(self, attrs, widget=None):
        attrs = super().build_widget_attrs(attrs, widget)
        widget = widget or self.field.widget
        if widget.is_hidden:
            return attrs
        if isinstance(widget, DateParts):
            attrs["bad"] = getattr(self.field, "bad", None) if self.errors else None
        elif isinstance(widget, Choices):
            attrs["reveals"] = self.reveals
        elif not self.use_fieldset:
            attrs.update(self._plain_attrs(widget))
        return attrs

    def _plain_attrs(self, widget) -> dict:
        """False takes an attribute out: placeholders vanish when one types, maxlength swallows text unseen."""
        attrs = {"class": self._css(widget), "placeholder": False}
        if isinstance(widget, forms.widgets.Input | forms.Textarea):
            attrs["maxlength"] = False
        if isinstance(widget, forms.EmailInput):
            attrs.update({"spellcheck": "false", "autocomplete": widget.attrs.get("autocomplete", "email")})
        if self.aria_describedby:
            attrs["aria-describedby"] = self.aria_describedby
        return attrs

    def _css(self, widget) -> str:
        css = next((css for kind, css in CLASSES.items() if isinstance(widget, kind)), "")
        return " ".join(
            filter(
                None,
                [
                    css,
                    f"{css}--error" if self.errors and css else "",
                    "govuk-js-character-count" if self.max_chars else "",
                    "govuk-password-input__input govuk-js-password-input-input" if self.is_password else "",
                    widget.attrs.get("class", ""),
                ],
            )
        )
