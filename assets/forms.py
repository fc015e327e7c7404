"""What property officers fill in about an asset, and the filters of the list."""

from django import forms
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from organisations.models import Organisation
from vcse_portal.borough import codes
from vcse_portal.borough.models import Ward
from vcse_portal.search.listing import count_choices
from vcse_portal.ui.forms import (
    Checkboxes,
    DateField,
    Fieldset,
    FilterForm,
    PortalForm,
    Radios,
    VersionField,
)

from .models import ENERGY_RATING, UPRN, Asset, HoldingType, TenureDetail, TenureType

UNKNOWN = ("unknown", _("Not known"))


class AssetFilterForm(FilterForm):
    q = forms.CharField(label=_("Name, street, postcode or UPRN"), max_length=200)
    holding = forms.MultipleChoiceField(label=_("What it is"), choices=HoldingType.choices, widget=Checkboxes)
    tenure = forms.MultipleChoiceField(
        label=_("How it is used"), choices=[*TenureDetail.choices, UNKNOWN], widget=Checkboxes
    )
    ward = forms.MultipleChoiceField(label=_("Ward"), widget=Checkboxes)
    status = forms.MultipleChoiceField(
        label="In the portfolio", choices=Asset.Status.choices, widget=Checkboxes
    )

    def __init__(self, *args, for_council: bool, **kwargs):
        super().__init__(*args, **kwargs)
        wards = sorted(codes.names("ward").items(), key=lambda c: c[1])
        self.fields["ward"].choices = [*wards, UNKNOWN]
        if not for_council:
            del self.fields["status"]

    def count_choices(self, facets: dict[str, int]) -> None:
        """Say beside each choice how many assets it would leave."""
        count_choices(self, ("holding", "tenure", "ward"), facets)


class AssetForm(PortalForm):
    submit = "Save asset"
    asks = {"holding_type": "Select what it is"}

    name = forms.CharField(max_length=250, help_text="As people know it, such as Broomwood Centre.")
    holding_type = forms.ChoiceField(label="What it is", choices=HoldingType.choices, widget=Radios)
    asset_code = forms.CharField(label="Asset code", max_length=40, help_text="Your own reference for it.")
    uprn = forms.CharField(
        label="UPRN",
        max_length=12,
        required=False,
        validators=[UPRN],
        widget=forms.TextInput({"inputmode": "numeric", "class": "govuk-input--width-10"}),
        help_text="Unique property reference number, up to twelve digits.",
    )
    street_number = forms.CharField(label="Number in the street", max_length=20, required=False)
    street = forms.CharField(max_length=120, required=False)
    town = forms.CharField(max_length=60, required=False)
    postcode = forms.CharField(
        max_length=12,
        required=False,
        widget=forms.TextInput({"class": "govuk-input--width-10"}),
        help_text="Land without an address may have the first half alone, such as M33.",
    )
    latitude = forms.DecimalField(
        required=False,
        min_value=-90,
        max_value=90,
        max_digits=9,
        decimal_places=6,
        widget=forms.TextInput({"class": "govuk-input--width-10"}),
        help_text="Degrees, such as 53.391493.",
    )
    longitude = forms.DecimalField(
        required=False,
        min_value=-180,
        max_value=180,
        max_digits=9,
        decimal_places=6,
        widget=forms.TextInput({"class": "govuk-input--width-10"}),
        help_text="Degrees, below zero west of Greenwich, such as -2.306004.",
    )
    ward = forms.ModelChoiceField(
        Ward.objects.none(),
        required=False,
        empty_label="Not known",
        help_text="Worked out from the postcode or the position where they tell it.",
    )
    tenure_type = forms.ChoiceField(
        label="Tenure", choices=[*TenureType.choices, ("", "Not known")], required=False, widget=Radios
    )
    tenure_detail = forms.ChoiceField(
        label="How it is used",
        choices=[*TenureDetail.choices, ("", "Not known")],
        required=False,
        widget=Radios,
    )
    other_detail = forms.CharField(
        label="More about its use",
        max_length=120,
        required=False,
        help_text="For example managed allotments.",
    )
    building_size = forms.DecimalField(
        label="Size of the building (square metres)",
        required=False,
        min_value=0,
        max_digits=10,
        decimal_places=2,
        widget=forms.TextInput({"inputmode": "decimal", "class": "govuk-input--width-10"}),
    )
    land_area = forms.DecimalField(
        label="Area of the land (hectares)",
        required=False,
        min_value=0,
        max_digits=10,
        decimal_places=4,
        widget=forms.TextInput({"inputmode": "decimal", "class": "govuk-input--width-10"}),
    )
    energy_rating = forms.CharField(
        label="Energy rating",
        max_length=2,
        required=False,
        widget=forms.TextInput({"class": "govuk-input--width-2"}),
        help_text="From A to G, as on the display energy certificate.",
    )
    owner_name = forms.CharField(label="Held by", max_length=120)
    owner = forms.ModelChoiceField(
        Organisation.objects.none(),
        label="Its owner on our register",
        required=False,
        empty_label="The council, or not on the register",
        help_text="For buildings of partners, such as the NHS or a church.",
    )
    effective_on = DateField(label="When were these facts true?", required=False, latest=timezone.localdate)
    status = forms.ChoiceField(choices=Asset.Status.choices, widget=Radios, initial=Asset.Status.CURRENT)
    is_published = forms.BooleanField(label="Show to everyone", required=False, initial=True)
    version = VersionField()

    groups = [
        Fieldset("Name and kind", "name", "holding_type", "asset_code", "uprn"),
        Fieldset(
            "Where it is", "street_number", "street", "town", "postcode", "latitude", "longitude", "ward"
        ),
        Fieldset("How it is held", "owner_name", "owner", "tenure_type", "tenure_detail", "other_detail"),
        Fieldset("Size and energy", "building_size", "land_area", "energy_rating"),
        Fieldset("On the list", "effective_on", "status", "is_published"),
    ]

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        wards = Ward.objects.offered(self.initial.get("ward"))
        self.fields["ward"].queryset = wards.for_list().order_by("name")
        kept = getattr(self.initial.get("owner"), "pk", None)
        owners = Organisation.objects.filter(Q(is_public_body=True) | Q(is_anchor=True) | Q(pk=kept))
        self.fields["owner"].queryset = owners.only("name").order_by("name_sort")

    def clean_energy_rating(self):
        rating = self.cleaned_data["energy_rating"].upper()
        if rating:
            ENERGY_RATING(rating)
        return rating

    @classmethod
    def facts_of(cls, asset: Asset) -> dict:
        """Starting values from a record."""
        return {name: getattr(asset, name) for name in cls.base_fields}
