"""What people fill in about plans, actions and reports."""

from uuid import uuid4

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from organisations.models import Organisation
from vcse_portal.accounts.models import User
from vcse_portal.borough.models import Directorate
from vcse_portal.ui.forms import (
    Checkboxes,
    DateField,
    Fieldset,
    FilterForm,
    Label,
    MarkdownField,
    PortalForm,
    Radios,
    VersionField,
    WholeNumberField,
    YesNoField,
)

from .models import Action, Clearance, MonitoringReport, Plan, Rag, Status
from .models.rating import GIVEN_BY_LEADS

DUE = [
    ("", _("Any date")),
    ("overdue", _("Overdue")),
    ("soon", _("In the next 14 days")),
    ("quarter", _("In the next three months")),
    ("none", _("No date given")),
]


class ActionFilterForm(FilterForm):
    rag = forms.MultipleChoiceField(
        label=_("Rating"), choices=Rag.choices, widget=Checkboxes(small=True), required=False
    )
    ambition = forms.ChoiceField(label=_("Ambition"), required=False)
    lead = forms.ChoiceField(label=_("Led by"), required=False)
    due = forms.ChoiceField(label=_("Due"), choices=DUE, required=False)

    def __init__(self, *args, ambitions, leads, may_lead: bool, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["ambition"].choices = [("", _("All ambitions")), *ambitions]
        mine = [("me", _("Me"))] if may_lead else []
        self.fields["lead"].choices = [("", _("Anyone")), *mine, *leads]


class ConfirmForm(PortalForm):
    """One button: the page above it says what will happen. Has no fields, so any POST fills it."""

    @classmethod
    def of(cls, request, **kwargs):
        return cls(request.POST if request.method == "POST" else None, **kwargs)

    def __init__(self, *args, submit: str, submit_style: str = "", **kwargs):
        self.submit, self.submit_style = submit, submit_style
        super().__init__(*args, **kwargs)


class PlanForm(PortalForm):
    submit = "Save plan"
    asks = {"title": "Enter a title"}

    title = forms.CharField(max_length=200)
    code = forms.SlugField(
        label="Short name for its address",
        max_length=60,
        help_text="Small letters, figures and hyphens, such as strategy-2026.",
    )
    summary = MarkdownField(max_length=4000, required=False)
    starts_on = DateField(label="Start date")
    ends_on = DateField(label="End date")
    owner = forms.ModelChoiceField(None, label="Owned by", required=False, empty_label="No one directorate")

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["owner"].queryset = Directorate.objects.offered(self.initial.get("owner"))

    def clean(self):
        found = super().clean()
        first, last = found.get("starts_on"), found.get("ends_on")
        if first and last and last < first:
            self.add_error("ends_on", "The end date must be after the start date")
        return found


class EditPlanForm(PlanForm):
    version = VersionField()


class AdoptPlanForm(PortalForm):
    submit = "Adopt plan"

    adopted_on = DateField(
        label="When was it adopted?", help_text="The day the council and the sector agreed it."
    )


class AmbitionForm(PortalForm):
    submit = "Save ambition"
    asks = {"title": "Enter a title"}

    number = WholeNumberField(min_value=1, max_value=999)
    title = forms.CharField(max_length=200)
    description = MarkdownField(label="What it is to bring about", max_length=2000, rows=4, required=False)


class EditAmbitionForm(AmbitionForm):
    version = VersionField()


class ActionForm(PortalForm):
    submit = "Save action"
    asks = {"title": "Enter what will be done", "lead_post": "Enter the post that leads it"}

    ambition = forms.ModelChoiceField(None, empty_label="Choose an ambition")
    number = WholeNumberField(min_value=1, max_value=9999)
    title = forms.CharField(label="What will be done", max_length=300)
    description = MarkdownField(label="More about it", max_length=4000, rows=5, required=False)
    lead_post = forms.CharField(
        label="Led by", max_length=200, help_text="A post rather than a person, such as Head of Libraries."
    )
    lead = forms.ModelChoiceField(
        None, label="Person who updates it", required=False, empty_label="Nobody named yet"
    )
    partner = forms.CharField(
        label="Organisation that leads it",
        max_length=250,
        required=False,
        help_text="Only if a partner leads: its name or charity number as in the directory.",
    )
    directorate = forms.ModelChoiceField(None, required=False, empty_label="No one directorate")
    timeframe = forms.CharField(
        label="Timeframe in the plan’s words",
        max_length=150,
        required=False,
        help_text="Such as within 6 months.",
    )
    due_on = DateField(label="Due date", required=False)
    resources = forms.ChoiceField(choices=Action.Resources.choices, widget=Radios, required=False)
    resources_note = forms.CharField(label="Note on resources", max_length=300, required=False)

    groups = [
        Fieldset("The undertaking", "ambition", "number", "title", "description"),
        Fieldset("Who leads it", "lead_post", "lead", "partner", "directorate"),
        Fieldset("When and with what", "timeframe", "due_on", "resources", "resources_note"),
    ]

    def __init__(self, *args, plan: Plan, action: Action | None = None, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["directorate"].queryset = Directorate.objects.offered(self.initial.get("directorate"))
        self.fields["ambition"].queryset = plan.ambitions.order_by("number")
        named = Q(pk=action.lead_id) if action else Q(pk=None)
        able = Q(pk__in=User.objects.officers()) | Q(memberships__confirmed_at__isnull=False)
        people = User.objects.filter(named | (Q(is_active=True) & able)).distinct().order_by("name", "email")
        self.fields["lead"].queryset = people

    def clean_partner(self) -> Organisation | None:
        """The one organisation of that name or number; else a sentence that says which were meant."""
        asked = self.cleaned_data["partner"].strip()
        if not asked:
            return None
        number = Q(identifiers__number__iexact=asked)
        found = list(Organisation.objects.filter(Q(name__iexact=asked) | number).distinct()[:2])
        if len(found) == 1:
            return found[0]
        if found:
            raise ValidationError("Several organisations have this name. Enter the charity number instead")
        near = Organisation.objects.filter(name__icontains=asked).values_list("name", flat=True)[:3]
        meant = f" Did you mean {' or '.join(near)}?" if near else ""
        raise ValidationError(f"No organisation in the directory is called “{asked}”.{meant}")

    @property
    def facts(self) -> dict:
        """What the operation is given."""
        facts = {
            name: value for name, value in self.cleaned_data.items() if name not in ("partner", "version")
        }
        return facts | {"lead_organisation": self.cleaned_data["partner"]}


class EditActionForm(ActionForm):
    version = VersionField()


class UpdateForm(PortalForm):
    """How an action goes, in the words of those who lead it."""

    submit = _("Post update")
    asks = {
        "text": _("Say in a sentence or two how it is going"),
        "status": _("Choose where the action stands"),
        "rag": _("Choose a rating"),
    }
    marks_optional = False

    text = MarkdownField(label=_("How is it going?"), max_length=4000, rows=5)
    status = forms.ChoiceField(label=_("Where does it stand?"), choices=Status.choices, widget=Radios)
    rag = forms.ChoiceField(
        label=_("How confident are you that it will be done on time?"),
        choices=[
            (Rag.GREEN.value, Label(_("Green"), _("on track"))),
            (Rag.AMBER.value, Label(_("Amber"), _("at risk, or running late but recoverable"))),
            (Rag.RED.value, Label(_("Red"), _("off track, help is needed"))),
            (Rag.NONE.value, Label(_("Not due"), _("work has not begun because it need not have"))),
        ],
        widget=Radios,
        required=False,
        help_text=_("A completed action needs no rating."),
    )
    progress = WholeNumberField(
        label=_("Per cent done"),
        min_value=0,
        max_value=100,
        required=False,
        help_text=_("Leave empty if unknown."),
    )
    key = forms.UUIDField(widget=forms.HiddenInput)

    def __init__(self, *args, action: Action, **kwargs):
        rag = action.rag if action.rag in GIVEN_BY_LEADS else ""
        kwargs["initial"] = {"status": action.status, "rag": rag, "progress": action.progress, "key": uuid4()}
        super().__init__(*args, **kwargs)
        self.action = reverse("actions:update_post", args=[action.pk])

    def clean(self):
        found = super().clean()
        ended = found.get("status") in (Status.COMPLETE, Status.DROPPED)
        if found.get("status") and not ended and not found.get("rag") and "rag" not in self.errors:
            self.add_error("rag", self.asks["rag"])
        return found


class StartReportForm(PortalForm):
    submit = "Start report"
    asks = {"year": "Enter the year the report covers", "audience": "Choose who the report is for"}

    audience = forms.ChoiceField(
        label="Who is the report for?", choices=MonitoringReport.Audience.choices, widget=Radios
    )
    year_kind = forms.ChoiceField(
        label="Which kind of year?",
        choices=[
            ("financial", Label("Financial year", "1 April to 31 March")),
            ("plan", Label("Year of the plan", "from the day the plan starts")),
        ],
        widget=Radios,
        initial="financial",
    )
    year = WholeNumberField(
        label="Which year?", min_value=2000, max_value=2100, help_text="The year it begins in, such as 2026."
    )


class EditReportForm(PortalForm):
    submit = "Save report"
    asks = {"title": "Enter a title"}

    title = forms.CharField(max_length=250)
    introduction = MarkdownField(max_length=20_000, rows=14, required=False)
    meeting_on = DateField(label="Date of meeting", required=False)
    responsible_officer = forms.CharField(max_length=200, required=False, help_text="Name and post.")
    portfolio_holder = forms.CharField(max_length=200, required=False)
    is_key_decision = YesNoField(label="Is it a key decision?")
    key_decision_reason = forms.CharField(
        label="Why it is one", max_length=200, help_text="Such as: affects communities in two or more wards."
    )
    exempt = forms.CharField(
        label="Exempt information",
        max_length=200,
        required=False,
        help_text="The paragraph of Schedule 12A it falls under. Leave empty if the report is public.",
    )
    is_subject_to_call_in = YesNoField(label="Is the decision subject to call-in?")
    wards_affected = forms.CharField(max_length=300, required=False)
    enclosures = forms.CharField(
        max_length=1000, required=False, widget=forms.Textarea({"rows": 3}), help_text="One on each line."
    )
    version = VersionField()

    reveals = {"is_key_decision": {"yes": ["key_decision_reason"]}}
    groups = [
        Fieldset("What it says", "title", "introduction"),
        Fieldset(
            "Front sheet",
            *("meeting_on", "responsible_officer", "portfolio_holder", "is_key_decision"),
            *("exempt", "is_subject_to_call_in", "wards_affected", "enclosures"),
        ),
    ]

    def _forget_covered_answers(self) -> None:
        """The reason is asked for by True, which is what yes is cleaned to."""
        given = self.cleaned_data.get("is_key_decision")
        self.cleaned_data["is_key_decision"] = {True: "yes", False: "no"}.get(given, given)
        super()._forget_covered_answers()
        self.cleaned_data["is_key_decision"] = given


class ClearanceForm(PortalForm):
    submit = "Record clearance"
    asks = {"kind": "Choose who gives the clearance"}

    kind = forms.ChoiceField(label="Clearance by", choices=Clearance.Kind.choices, widget=Radios)
    name = forms.CharField(max_length=150)
    on_behalf_of = forms.CharField(label="Signed on behalf of", max_length=150, required=False)
    cleared_on = DateField(label="Date")
