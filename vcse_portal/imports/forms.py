"""What is asked when a file is brought in, and what other people's words mean here."""

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError

from vcse_portal.borough import codes
from vcse_portal.ui.forms import Checkboxes, Label, PortalForm, Radios, VersionField

MOST_FILES = 30


class SeveralFilesInput(forms.ClearableFileInput):
    allow_multiple_selected = True

    def value_from_datadict(self, data, files, name):
        return files.getlist(name) if hasattr(files, "getlist") else [files[name]] if name in files else []

    def use_required_attribute(self, initial):
        return False


class SeveralFilesField(forms.FileField):
    """One file or several that belong together; `cleaned_data` holds a list."""

    widget = SeveralFilesInput

    def clean(self, data, initial=None):
        if not data:
            return super().clean(None, initial)
        files = [super(SeveralFilesField, self).clean(one, initial) for one in data]
        if len(files) > MOST_FILES:
            raise ValidationError(f"Choose at most {MOST_FILES} files at a time")
        if sum(one.size for one in files) > settings.MAX_UPLOAD_MB * 1024 * 1024:
            raise ValidationError(
                f"The {'file' if len(files) == 1 else 'files together'} must be smaller than"
                f" {settings.MAX_UPLOAD_MB} MB"
            )
        return files


class UploadForm(PortalForm):
    submit = "Read the file"
    file = SeveralFilesField(
        label="File",
        max_length=200,
        help_text="A CSV file, an Excel workbook (.xlsx), or a zip that holds one table. Its first row must hold the "
        "column names. Of a register that comes as several files, choose all at once.",
    )
    kind = forms.ChoiceField(label="What is it?", widget=Radios, required=False, initial="")

    def __init__(self, *args, importers, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["kind"].choices = [
            ("", Label("Find out from its columns")),
            *((one.kind, Label(one.label, one.hint())) for one in importers),
        ]


class MeaningForm(PortalForm):
    """Which of our themes and communities a word of somebody else's stands for."""

    submit = "Save what it means"
    themes = forms.MultipleChoiceField(widget=Checkboxes, required=False)
    communities = forms.MultipleChoiceField(widget=Checkboxes, required=False)
    version = VersionField()

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        held = self.initial
        for name, kind in (("themes", "theme"), ("communities", "community")):
            offered, names = dict(codes.choices(kind)), codes.names(kind)
            closed = {code: names[code] for code in held.get(name, []) if code in names}
            self.fields[name].choices = list((offered | closed).items())
