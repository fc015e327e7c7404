"""What is asked before an extract is read."""

from django import forms

from vcse_portal.borough.context import current_council
from vcse_portal.ui.forms import Label, PortalForm, Radios

from .borough import AREA, EITHER, POSTCODE


class BoroughForm(PortalForm):
    """Which charities of the whole country are the borough's."""

    submit = "Read the files"
    marks_optional = False
    title = "Charities to bring in"
    area = forms.CharField(
        label="Local authority",
        max_length=80,
        help_text="As the Commission calls it, such as Trafford or City Of Westminster.",
    )
    within = forms.ChoiceField(
        label="Which charities?",
        widget=Radios,
        initial=EITHER,
        choices=[
            (EITHER, Label("Those that work there, and those with an address there")),
            (AREA, Label("Those that work there", "by the area of operation they gave")),
            (POSTCODE, Label("Those with an address there", "by the postcodes we hold")),
        ],
    )
    throughout = forms.BooleanField(
        label="Also those that work throughout London, England or Wales",
        required=False,
        help_text="There are some twenty thousand of them, most without any activity in the borough.",
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["area"].initial = current_council().short_name.removesuffix(" Council")

    def options(self) -> dict:
        return dict(self.cleaned_data)
