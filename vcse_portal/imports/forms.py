"""What is asked when a file is brought in."""

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError

from vcse_portal.ui.forms import Label, PortalForm, Radios


class UploadForm(PortalForm):
    submit = "Read the file"
    file = forms.FileField(
        max_length=200,
        help_text="A CSV file, an Excel workbook (.xlsx), or a zip that holds one table. "
        "Its first row must hold the column names.",
    )
    kind = forms.ChoiceField(label="What is it?", widget=Radios, required=False, initial="")

    def __init__(self, *args, importers, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["kind"].choices = [
            ("", Label("Find out from its columns")),
            *((one.kind, Label(one.label, one.hint())) for one in importers),
        ]

    def clean_file(self):
        upload = self.cleaned_data["file"]
        if upload.size > settings.MAX_UPLOAD_MB * 1024 * 1024:
            raise ValidationError(f"The file must be smaller than {settings.MAX_UPLOAD_MB} MB")
        return upload
