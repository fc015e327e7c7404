"""What a draft is begun from, and how it ends unposted."""

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import FileExtensionValidator

from vcse_portal.mail.ics import MOST_BYTES
from vcse_portal.ui.forms import (
    PortalForm,
)


class DiscardForm(PortalForm):
    """A confirmation: nothing to fill in."""

    submit = "Discard draft"
    submit_style = "warning"


class CalendarForm(PortalForm):
    submit = "Read the entry"
    file = forms.FileField(
        label="Calendar file",
        validators=[FileExtensionValidator(["ics"], "Choose a file that ends in .ics.")],
        widget=forms.FileInput({"accept": ".ics,text/calendar"}),
        help_text="Open the meeting in your calendar and save it as a file that ends in .ics.",
    )

    def clean_file(self):
        upload = self.cleaned_data["file"]
        if upload.size > MOST_BYTES:
            raise ValidationError(
                "The file must be smaller than 1 MB. Save the one meeting, not the whole calendar."
            )
        return upload
