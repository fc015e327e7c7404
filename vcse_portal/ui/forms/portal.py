"""The form every page of ours uses: layout, plain sentences, limits, answers that uncover questions."""

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Layout
from django import forms
from django.core.exceptions import ValidationError
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from ..conflict import Conflict
from .bound import GovukBoundField, GovukRenderer
from .choices import Choices
from .layout import Buttons
from .sentences import give_limits, give_sentences


def sent(request) -> tuple:
    """What a form is bound to, as `Form(*sent(request))`: an empty POST is an answer too."""
    return (request.POST, request.FILES) if request.method == "POST" else (None, None)


class PortalFormMixin:
    """Put before forms.Form or forms.ModelForm.

    submit         words on the button; `submit_style` is "", "secondary" or "warning"
    more_buttons   further buttons: (name, words) pairs, seen in request.POST when pressed
    asks           field name → sentence shown when it is left empty
    groups         layout: field names, Fieldset and other crispy layout objects; fields not named follow in their
                   order. HTML() is a template: nothing people wrote goes into it
    reveals        {"kind": {"other": ["other_text"]}}: fields shown, and asked for, with one answer only
    """

    default_renderer = GovukRenderer
    bound_field_class = GovukBoundField
    use_required_attribute = False
    marks_optional = True
    label_is_heading = False
    label_size = "s"
    method = "post"
    action = ""
    cancel_href = ""
    submit = _("Save and continue")
    submit_style = ""
    more_buttons: tuple = ()
    asks: dict = {}
    groups: list = []
    reveals: dict = {}

    def __init__(self, *args, **kwargs):
        kwargs.setdefault("label_suffix", "")
        super().__init__(*args, **kwargs)
        give_limits(self)
        give_sentences(self)

    @cached_property
    def helper(self) -> FormHelper:
        helper = FormHelper()
        helper.form_method = self.method
        helper.form_action = self.action
        helper.disable_csrf = self.method == "get"
        helper.attrs = {"novalidate": ""}
        helper.layout = Layout(*self._arranged(), Buttons())
        return helper

    def _arranged(self) -> list:
        named = {pointer.name for pointer in Layout(*self.groups).get_field_names()} if self.groups else set()
        hidden = {name for answers in self.reveals.values() for names in answers.values() for name in names}
        return [*self.groups, *(name for name in self.fields if name not in named | hidden)]

    def _widget_data_value(self, widget, html_name):
        """Browsers send a line break as two characters; limits and counters count it as one."""
        value = super()._widget_data_value(widget, html_name)
        return value.replace("\r\n", "\n") if isinstance(value, str) else value

    def _clean_form(self):
        self._forget_covered_answers()
        super()._clean_form()

    def _forget_covered_answers(self) -> None:
        """A question that was not uncovered has no answer and no error."""
        for name, answers in self.reveals.items():
            given = self.cleaned_data.get(name)
            given = {str(value) for value in (given if isinstance(given, list | tuple | set) else [given])}
            for answer, covered in answers.items():
                for field in covered if str(answer) not in given else []:
                    self.errors.pop(field, None)
                    empty = getattr(self.fields[field], "empty_value", None)
                    self.cleaned_data[field] = empty if empty is not None else None

    def perform(self, operation, *args, **kwargs):
        """Call an operation; what it refuses becomes this form's errors, and None comes back."""
        try:
            return operation(*args, **kwargs)
        except Conflict:
            raise
        except ValidationError as error:
            self._take(error)
            return None

    def _take(self, error: ValidationError) -> None:
        """Messages about a field we show stay at the field; others are said at the top."""
        if not hasattr(error, "error_dict"):
            self.add_error(None, error)
            return
        for name, errors in error.error_dict.items():
            self.add_error(name if name in self.fields else None, errors)


class PortalForm(PortalFormMixin, forms.Form):
    pass


class FilterForm(PortalForm):
    """Narrows a list: sent by GET, nothing is required. Bind it to `request.GET`."""

    method = "get"
    marks_optional = False
    label_size = "s"
    submit = _("Apply filters")

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            field.required = False
            if isinstance(field.widget, Choices):
                field.widget.shrink()

    def drawn_from(self) -> tuple | None:
        """All that the filters' markup follows from (see vcse_portal.ui.drawn); None with errors to be shown."""
        if self.errors or any(hasattr(field, "queryset") for field in self.fields.values()):
            return None
        own = (self.prefix, self.auto_id, self.action, self.submit, self.cancel_href, self.label_suffix)
        return tuple(map(str, own)), tuple([_seen(self[name]) for name in self.fields])


def _seen(bound) -> tuple:
    """What is seen of a field: its words, its choices in their order, what is chosen, how it looks."""
    field, widget = bound.field, bound.field.widget
    words = str(bound.label), str(bound.help_text), str(getattr(widget, "look", "")), repr(widget.attrs)
    choices = [
        (str(code), str(label), hasattr(label, "__html__"), getattr(label, "hint", ""))
        for code, label in getattr(field, "choices", ())
    ]
    return *words, field.disabled, repr(bound.value()), tuple(choices)
