"""The filters of the public directory: words, and six groups of choices with how many each would leave."""

from django import forms
from django.utils.translation import gettext_lazy as _

from vcse_portal.borough import codes
from vcse_portal.search.listing import count_choices
from vcse_portal.ui.forms import Checkboxes, FilterForm

from .bands import Band
from .models import Organisation
from .search import FACETS, UNKNOWN

LISTS = {"theme": "theme", "ward": "ward", "community": "community", "support": "support"}


def _choices(choices) -> list[tuple]:
    """A text choice's codes for an address, where nothing may be empty."""
    return [(one.value or UNKNOWN, one.label) for one in choices]


class DirectoryFilterForm(FilterForm):
    q = forms.CharField(label=_("Name, number or postcode"), max_length=200)
    theme = forms.MultipleChoiceField(label=_("What they do"), widget=Checkboxes)
    ward = forms.MultipleChoiceField(label=_("Ward"), widget=Checkboxes)
    community = forms.MultipleChoiceField(label=_("Whom they serve"), widget=Checkboxes)
    structure = forms.MultipleChoiceField(
        label=_("Legal structure"), choices=_choices(Organisation.Structure), widget=Checkboxes
    )
    band = forms.MultipleChoiceField(label=_("Yearly income"), choices=_choices(Band), widget=Checkboxes)
    support = forms.MultipleChoiceField(label=_("Support they offer others"), widget=Checkboxes)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        for field, kind in LISTS.items():
            names = codes.names(kind)
            if not names:
                del self.fields[field]  # the borough keeps no such list yet
                continue
            by_name = sorted(names.items(), key=lambda c: c[1])
            self.fields[field].choices = by_name if kind == "ward" else list(names.items())

    def count_choices(self, facets: dict[str, int]) -> None:
        """Say beside each choice how many organisations it would leave."""
        count_choices(self, tuple(group for group in FACETS if group in self.fields), facets)
