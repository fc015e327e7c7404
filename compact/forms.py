"""What a lead fills in to sign, and what officers fill in to draft and adopt."""

from django import forms
from django.utils import timezone
from django.utils.text import slugify
from django.utils.translation import gettext_lazy as _

from vcse_portal.ui.forms import DateField, Label, MarkdownField, PortalForm, Radios, VersionField

from .models import CLAUSE_NUMBER, Document, Side


class SignForm(PortalForm):
    submit = _("Sign for the organisation")
    asks = {"agree": _("Tick the box to agree"), "organisation": _("Select the organisation you sign for")}

    organisation = forms.TypedChoiceField(label=_("Organisation"), coerce=int, widget=Radios)
    role = forms.CharField(
        label=_("Your role in the organisation"),
        max_length=120,
        help_text=_("For example chair of trustees. It is kept with the signature; it is not published."),
    )
    agree = forms.BooleanField(label=_("My organisation has agreed that I may sign for it"))

    def __init__(self, *args, organisations, **kwargs):
        super().__init__(*args, **kwargs)
        field = self.fields["organisation"]
        field.choices = [(o.pk, o.name) for o in organisations]
        if len(organisations) == 1:
            field.widget = forms.HiddenInput()
            self.initial["organisation"] = organisations[0].pk


class WithdrawForm(PortalForm):
    submit = _("Withdraw signature")
    submit_style = "warning"

    reason = forms.CharField(
        label=_("Why the signature is withdrawn"),
        max_length=500,
        required=False,
        widget=forms.Textarea({"rows": 3}),
        help_text=_("Only council staff read this."),
    )


class DocumentForm(PortalForm):
    submit = "Add document"

    kind = forms.ChoiceField(
        label="What it is",
        choices=[
            ("compact", Label("Compact", "what the council and the sector promise each other; there is one")),
            ("charter", Label("Values charter", "how both sides want to behave; there is one")),
            ("code", Label("Code of practice", "one subject in detail, such as funding or volunteering")),
        ],
        widget=Radios,
    )
    title = forms.CharField(max_length=200, help_text="For example “Code of practice on funding”.")

    def clean(self):
        data = super().clean()
        if data.get("title"):
            data["code"] = slugify(data["title"])[:60].strip("-")
            if not data["code"]:
                self.add_error("title", "Give the title in letters or digits.")
            elif Document.objects.filter(code=data["code"]).exists():
                self.add_error("title", "There is a document of this title already.")
        return data


class IntroductionForm(PortalForm):
    submit = "Save introduction"

    introduction = MarkdownField(required=False, rows=12)
    version = VersionField()


class ClauseForm(PortalForm):
    submit = "Save clause"
    asks = {"number": "Enter the number of the clause"}

    number = forms.CharField(
        max_length=8,
        validators=[CLAUSE_NUMBER],
        widget=forms.TextInput({"class": "govuk-input--width-5", "autocomplete": "off"}),
        help_text="2 begins a section, 2.3 is a clause in it. Clauses stand in the order of their numbers.",
    )
    heading = forms.CharField(max_length=200, required=False, help_text="Every section needs one.")
    text = MarkdownField(label="What is promised", required=False)
    side = forms.ChoiceField(label="Who promises it", choices=Side.choices, widget=Radios, initial=Side.BOTH)
    version = VersionField()


class AdoptForm(PortalForm):
    submit = "Adopt this version"

    adopted_on = DateField(
        label="When did both sides agree it?", initial=timezone.localdate, latest=timezone.localdate
    )
    version = VersionField()
