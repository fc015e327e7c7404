"""GOV.UK Design System forms on Django's own form rendering; crispy only lays the fields out."""

from crispy_forms.layout import HTML, Field, Layout

from .bound import GovukBoundField, GovukRenderer
from .choices import Checkboxes, Label, Radios, YesNoField
from .dates import DateField, DateParts, TimeField
from .fields import MarkdownField, MoneyField, PostcodeField, VersionField, WholeNumberField
from .files import FileField
from .layout import Fieldset
from .portal import FilterForm, PortalForm, PortalFormMixin, sent

__all__ = [
    "HTML",
    "Checkboxes",
    "DateField",
    "DateParts",
    "Field",
    "Fieldset",
    "FileField",
    "FilterForm",
    "GovukBoundField",
    "GovukRenderer",
    "Label",
    "Layout",
    "MarkdownField",
    "MoneyField",
    "PortalForm",
    "PortalFormMixin",
    "PostcodeField",
    "Radios",
    "TimeField",
    "VersionField",
    "WholeNumberField",
    "YesNoField",
    "sent",
]
