"""Shape and wording of what administrators enter about the borough."""

from django import forms
from django.core.exceptions import ValidationError

from vcse_portal.ui.forms import DateField, Fieldset, FileField, MarkdownField, PortalForm, VersionField

from .boundaries import features_of
from .brand import check_brand_colour
from .models import GSS_CODE, HEX_COLOUR, Council


class CouncilForm(PortalForm):
    submit = "Save council details"
    name = forms.CharField(label="Council’s name", max_length=120)
    short_name = forms.CharField(
        label="Short name", max_length=40, help_text="As said in a sentence: “Harrow”."
    )
    portal_name = forms.CharField(label="Name of this portal", max_length=80)
    gss_code = forms.CharField(
        label="Authority code",
        max_length=9,
        required=False,
        validators=[GSS_CODE],
        help_text="The Office for National Statistics’ code, such as E09000015.",
    )
    email = forms.EmailField(label="Contact email address", required=False)
    telephone = forms.CharField(label="Telephone", max_length=30, required=False)
    address = forms.CharField(
        label="Postal address", max_length=400, required=False, widget=forms.Textarea({"rows": 4})
    )
    phase = forms.ChoiceField(
        label="Phase", required=False, choices=[("", "None"), *Council._meta.get_field("phase").choices]
    )
    brand_colour = forms.CharField(
        label="Colour",
        max_length=7,
        validators=[HEX_COLOUR],
        help_text="As # and six digits. White text must be readable on it.",
    )
    logo = FileField(
        label="Logo",
        kinds=("png", "jpeg"),
        max_mb=5,
        required=False,
        help_text="PNG or JPEG. It is shown 40 pixels high on the council’s colour.",
    )
    remove_logo = forms.BooleanField(label="Take the logo away", required=False)
    version = VersionField()
    groups = [
        Fieldset("Names", "name", "short_name", "portal_name", "gss_code"),
        Fieldset("Contact", "email", "telephone", "address"),
        Fieldset("Look", "brand_colour", "logo", "remove_logo", "phase"),
    ]

    def clean_brand_colour(self):
        colour = self.cleaned_data["brand_colour"].lower()
        check_brand_colour(colour)
        return colour

    def details(self) -> dict:
        """What save_council takes."""
        upload = self.cleaned_data.pop("logo")
        return {**self.cleaned_data, "logo": upload.read() if upload else None}


class WardsForm(PortalForm):
    submit = "Load wards"
    file = forms.FileField(
        label="Boundary file",
        help_text="GeoJSON in longitude and latitude, such as “Wards (December) Boundaries UK BGC” "
        "of the Office for National Statistics, cut to your authority.",
    )

    def clean_file(self):
        upload = self.cleaned_data["file"]
        if upload.size > 20 * 1024 * 1024:
            raise ValidationError(
                "The file is larger than 20 MB. Ask for the generalised boundaries (BGC or BUC)."
            )
        return features_of(upload.read())


class ListedForm(PortalForm):
    """An entry of one of the lists. Its code is chosen once: records carry it."""

    submit = "Save"
    code = forms.SlugField(
        max_length=40,
        help_text="Short, in lower case, such as “older-people”. It can never be changed.",
        error_messages={"invalid": "Use only lower-case letters, digits and hyphens."},
    )
    name = forms.CharField(max_length=120)
    version = VersionField()

    def __init__(self, *args, of, entry=None, **kwargs):
        self.of = of
        if entry is not None:
            extra = {of.extra: getattr(entry, of.extra)} if of.extra else {}
            kwargs["initial"] = {"name": entry.name, "version": entry.version, **extra}
        super().__init__(*args, **kwargs)
        del self.fields["version" if entry is None else "code"]
        if of.extra:
            self.fields[of.extra] = of.model._meta.get_field(of.extra).formfield(required=False)

    def clean_code(self):
        code = self.cleaned_data["code"].lower()
        if self.of.model.objects.filter(code=code).exists():
            raise ValidationError("There is an entry with this code already.")
        return code


class PublicTextForm(PortalForm):
    submit = "Publish text"
    title = forms.CharField(max_length=120)
    body = MarkdownField(label="Text", max_length=40_000, rows=25)
    reviewed_on = DateField(
        label="Last reviewed",
        required=False,
        help_text="The day somebody last checked that all of it is true.",
    )
    version = VersionField()
