"""Recording an intention and moving it on; narrowing the list."""

from uuid import uuid4

from django import forms
from django.utils.translation import gettext_lazy as _

from vcse_portal.accounts.models import User
from vcse_portal.borough import codes
from vcse_portal.borough.models import Directorate
from vcse_portal.ui.forms import (
    Checkboxes,
    DateField,
    Fieldset,
    FilterForm,
    Label,
    MarkdownField,
    MoneyField,
    PortalForm,
    Radios,
    VersionField,
)

from .models import Route, Stage

STAGE_HINTS = {
    Stage.EARLY_IDEA: "We may do something about this",
    Stage.UNDERSTANDING_NEED: "We are finding out who needs what",
    Stage.CO_DESIGN: "We are working out the answer with the people it is for",
    Stage.MARKET_ENGAGEMENT: "We are talking with those who could do it",
    Stage.OPEN: "Bids or applications can be made",
    Stage.EVALUATION: "We are reading bids or applications",
    Stage.AWARDED: "It is decided who does it",
    Stage.DELIVERY: "The work is being done",
    Stage.ENDED: "The work is over",
}
STAGES = [(stage.value, Label(stage.label, STAGE_HINTS[stage])) for stage in Stage]


class IntentionForm(PortalForm):
    """All facts of an intention, for a draft or, with a reason, for a published one."""

    submit = "Save intention"
    asks = {"title": "Enter a title", "summary": "Enter a summary"}
    title = forms.CharField(max_length=200, help_text="What it is, as a group would say it.")
    summary = forms.CharField(
        max_length=500,
        widget=forms.Textarea({"rows": 3}),
        help_text="One paragraph in plain English. It is shown in lists and in the monthly circular.",
    )
    need = MarkdownField(
        label="What is needed and why",
        required=False,
        help_text="Who is it for? What should change for them?",
    )
    directorate = forms.ModelChoiceField(Directorate.objects.none(), empty_label="Select a directorate")
    lead_officer = forms.ModelChoiceField(
        User.objects.none(),
        empty_label="Select an officer",
        help_text="Gets an email about each comment and answers it.",
    )
    themes = forms.MultipleChoiceField(widget=Checkboxes(small=True), required=False)
    communities = forms.MultipleChoiceField(
        widget=Checkboxes(small=True), required=False, label="Communities it is for"
    )
    outcomes = forms.MultipleChoiceField(
        widget=Checkboxes(small=True), required=False, label="Outcomes it serves"
    )
    wards = forms.MultipleChoiceField(
        widget=Checkboxes(small=True),
        required=False,
        help_text="Leave all empty if it is for the whole borough.",
    )
    stage = forms.ChoiceField(choices=STAGES, widget=Radios(small=True), initial=Stage.EARLY_IDEA)
    route = forms.ChoiceField(choices=Route.choices, widget=Radios(small=True), initial=Route.UNDECIDED)
    value_low = MoneyField(
        label="Lowest value", required=False, min_value=0, help_text="In all, without VAT."
    )
    value_high = MoneyField(
        label="Highest value", required=False, min_value=0, help_text="In all, without VAT."
    )
    expected_open_on = DateField(
        label="Expected to open", required=False, help_text="For bids or applications."
    )
    closes_on = DateField(label="Closes", required=False)
    starts_on = DateField(label="Work starts", required=False)
    ends_on = DateField(label="Work ends", required=False)
    portal_url = forms.URLField(
        label="Link to the tender portal", required=False, max_length=300, assume_scheme="https"
    )
    reason = forms.CharField(
        label="Why does this change?",
        required=False,
        error_messages={"required": "Enter why this changes"},
        max_length=300,
        help_text="Everyone can read this in the history, such as “Start moved to July because the co-design took longer”.",
    )
    key = forms.UUIDField(widget=forms.HiddenInput, required=False)
    version = VersionField(required=False)
    groups = [
        Fieldset("What it is", "title", "summary", "need"),
        Fieldset("Who it is for", "themes", "communities", "outcomes", "wards"),
        Fieldset("Who does it", "directorate", "lead_officer"),
        Fieldset("How far it is", "stage"),
        Fieldset("Money", "route", "value_low", "value_high"),
        Fieldset("Dates", "expected_open_on", "closes_on", "starts_on", "ends_on", "portal_url"),
    ]

    def __init__(self, *args, intention=None, officer=None, **kwargs):
        initial = {name: getattr(intention, name) for name in self.base_fields if hasattr(intention, name)}
        if intention is None:
            initial |= {"key": uuid4(), "directorate": officer.directorate, "lead_officer": officer}
        super().__init__(*args, initial=initial | (kwargs.pop("initial", None) or {}), **kwargs)
        self.fields["directorate"].queryset = Directorate.objects.offered(self.initial.get("directorate"))
        self.fields["lead_officer"].queryset = User.objects.officers()
        self.fields["version"].required = intention is not None
        self._offer_codes(intention)
        if intention is None or not intention.is_published:
            del self.fields["reason"]
        else:
            self.fields["reason"].required = True
            del self.fields["stage"]
        self.groups = [
            group for group in self.groups if "stage" in self.fields or "stage" not in group.fields
        ]

    def _offer_codes(self, intention) -> None:
        """Current codes, and past ones the intention already has."""
        for name, kind in {
            "themes": "theme",
            "communities": "community",
            "outcomes": "outcome",
            "wards": "ward",
        }.items():
            offered = codes.choices(kind)
            kept = set(getattr(intention, name, [])) - {code for code, _label in offered}
            names = codes.names(kind) if kept else {}
            self.fields[name].choices = offered + [(code, names.get(code, code)) for code in sorted(kept)]

    @property
    def facts(self) -> dict:
        """What the operations take."""
        return {k: v for k, v in self.cleaned_data.items() if k not in ("reason", "key", "version")}


class PublishForm(PortalForm):
    """A confirmation: nothing to fill in."""

    submit = "Publish intention"


class MoveStageForm(PortalForm):
    submit = "Move to this stage"
    stage = forms.ChoiceField(label="Which stage is it at now?", choices=STAGES, widget=Radios(small=True))
    reason = forms.CharField(
        label="Why?",
        required=False,
        max_length=300,
        help_text="Needed when it goes back to an earlier stage. Everyone can read it in the history.",
    )
    version = VersionField()


class WithdrawForm(PortalForm):
    submit = "Withdraw intention"
    submit_style = "warning"
    reason = forms.CharField(
        label="Why is it withdrawn?",
        max_length=500,
        widget=forms.Textarea({"rows": 3}),
        help_text="If it was published, everyone can read this.",
        error_messages={"required": "Enter why it is withdrawn"},
    )


class IntentionFilterForm(FilterForm):
    q = forms.CharField(label=_("Search"), max_length=200)
    stage = forms.MultipleChoiceField(
        label=_("Stage"),
        choices=[*Stage.choices, ("withdrawn", _("Withdrawn"))],
        widget=Checkboxes(small=True),
    )
    theme = forms.MultipleChoiceField(label=_("Theme"), widget=Checkboxes(small=True))
    directorate = forms.ChoiceField(label=_("Directorate"))
    drafts = forms.BooleanField(label="Drafts only")

    def __init__(self, *args, for_council: bool, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["theme"].choices = codes.names("theme").items()
        self.fields["directorate"].choices = [
            ("", _("All directorates")),
            *codes.names("directorate").items(),
        ]
        if not for_council:
            del self.fields["drafts"]
