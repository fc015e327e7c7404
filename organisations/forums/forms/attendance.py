"""Who comes, and who came."""

from django import forms
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from organisations.forums.models import Attendance, Seniority, Side, Term
from organisations.forums.operations.attendance import Seen, is_small
from vcse_portal.ui.forms import Fieldset, MoneyField, PortalForm, Radios, VersionField

from .confirm import KeyField, OrganisationField

Came = Attendance.Came


class ReplyForm(PortalForm):
    submit = gettext_lazy("Send reply")
    asks = {
        "seat": gettext_lazy("Choose the seat you reply for"),
        "reply": gettext_lazy("Choose whether somebody comes"),
        "substitute_name": gettext_lazy(
            "Enter the name of the substitute, or choose that nobody comes instead"
        ),
    }

    seat = forms.TypedChoiceField(
        label=gettext_lazy("Which seat do you reply for?"), coerce=int, widget=Radios
    )
    reply = forms.ChoiceField(
        label=gettext_lazy("Are you coming?"),
        choices=[
            ("coming", gettext_lazy("Yes")),
            ("substitute", gettext_lazy("No, somebody else comes instead")),
            ("apologies", gettext_lazy("No, I send apologies")),
        ],
        widget=Radios,
    )
    substitute_name = forms.CharField(label=gettext_lazy("Who comes instead?"), max_length=150)
    substitute_email = forms.EmailField(
        label=gettext_lazy("Their email address"),
        required=False,
        help_text=gettext_lazy("They are sent the invitation."),
    )

    reveals = {"reply": {"substitute": ["substitute_name", "substitute_email"]}}

    def __init__(self, *args, terms: list[Term], **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["seat"].choices = [(t.seat_id, self._label(t)) for t in terms]
        if len(terms) == 1:
            self.fields["seat"].widget = forms.HiddenInput()
            self.initial["seat"] = terms[0].seat_id

    @staticmethod
    def _label(term: Term) -> str:
        return f"{term.seat.title}: {term}"

    @property
    def facts(self) -> dict:
        """A substitute is apologies with somebody named."""
        said = self.cleaned_data
        reply = "coming" if said["reply"] == "coming" else "apologies"
        names = {name: said.get(name) or "" for name in ("substitute_name", "substitute_email")}
        return {"reply": reply, **names}


class AttendanceForm(PortalForm):
    """Everybody with a seat on one page: came or not, who, how senior, and what a small group is paid."""

    submit = gettext_lazy("Save attendance")
    marks_optional = False

    version = VersionField()

    def __init__(
        self, *args, terms: list[Term], known: dict[int, Attendance], payment=None, pays=False, **kwargs
    ):
        super().__init__(*args, **kwargs)
        self.terms, self.pays, self.payment = terms, pays, payment
        for term in terms:
            self._add(term, known.get(term.seat_id))

    def _add(self, term: Term, record: Attendance | None) -> None:
        fields = {
            "came": forms.ChoiceField(
                label=_("Attendance"),
                choices=[(c.value, c.label) for c in Came],
                initial=self._usual(record),
                required=False,
            ),
            "name": forms.CharField(
                label=_("Substitute, if one came"),
                max_length=150,
                required=False,
                initial=record.substitute_name if record else "",
            ),
            "seniority": forms.ChoiceField(
                label=_("Seniority of who came"),
                choices=Seniority.choices,
                required=False,
                initial=record.seniority if record and record.came else term.seniority,
            ),
        }
        if self.pays and is_small(term.organisation):
            fields["paid"] = MoneyField(
                label=_("Paid for its time"),
                max_digits=7,
                min_value=0,
                required=False,
                initial=record.paid if record else None,
            )
        for name, field in fields.items():
            self.fields[f"{name}_{term.seat_id}"] = field

    @staticmethod
    def _usual(record: Attendance | None) -> str:
        """What was recorded; before that, what the reply lets expect."""
        if record is None:
            return ""
        if record.came or not record.reply:
            return record.came
        if record.reply == Attendance.Reply.COMING:
            return Came.CAME
        return Came.SUBSTITUTE if record.substitute_name else Came.APOLOGIES

    @cached_property
    def helper(self):
        self.groups = [
            Fieldset(
                f"{term.seat.title}: {term}",
                *(name for name in self.fields if name.endswith(f"_{term.seat_id}")),
            )
            for term in self.terms
        ]
        return super().helper

    def clean(self):
        found = super().clean()
        for term in self.terms:
            came, name = found.get(f"came_{term.seat_id}"), found.get(f"name_{term.seat_id}")
            if came == Came.SUBSTITUTE and not name:
                words = _("Enter who came for %(name)s") % {"name": term.name}
                self.add_error(f"name_{term.seat_id}", words)
            if found.get(f"paid_{term.seat_id}") and came not in Attendance.IN_THE_ROOM:
                self.add_error(f"paid_{term.seat_id}", _("Only who came is paid for their time"))
        return found

    @property
    def seen(self) -> dict[int, Seen]:
        """Seats about which something was said."""
        said = self.cleaned_data
        return {
            t.seat_id: Seen(
                said[f"came_{t.seat_id}"],
                said[f"name_{t.seat_id}"],
                said[f"seniority_{t.seat_id}"],
                said.get(f"paid_{t.seat_id}"),
                keeps_paid=f"paid_{t.seat_id}" not in self.fields,
            )
            for t in self.terms
            if said[f"came_{t.seat_id}"]
        }


class GuestForm(PortalForm):
    submit = gettext_lazy("Add guest")
    asks = {"name": gettext_lazy("Enter who came"), "side": gettext_lazy("Choose where the guest is from")}

    name = forms.CharField(label=gettext_lazy("Who came?"), max_length=150)
    side = forms.ChoiceField(
        label=gettext_lazy("From the council or from elsewhere?"), choices=Side.choices, widget=Radios
    )
    organisation = OrganisationField(label=gettext_lazy("For which organisation?"), required=False)
    seniority = forms.ChoiceField(
        label=gettext_lazy("How senior?"), choices=Seniority.choices, required=False
    )
    paid = MoneyField(label=gettext_lazy("Paid for its time"), max_digits=7, min_value=0, required=False)
    key = KeyField()

    def __init__(self, *args, user, pays: bool, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["organisation"].user = user
        if not pays:
            del self.fields["paid"]
