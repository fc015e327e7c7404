"""What officers decide, ask and switch. Officers' pages are plain English."""

from django import forms

from organisations.models import Membership
from vcse_portal.ui.forms import (
    Checkboxes,
    FilterForm,
    Label,
    PortalForm,
    Radios,
    VersionField,
    WholeNumberField,
)

ROLES = [
    (Membership.Role.LEAD, Label("Lead", "edits the profile, confirms people and signs")),
    (Membership.Role.REPRESENTATIVE, Label("Representative", "comments and proposes")),
]
NEW, DECLINE = "new", "decline"


class DecideRegistrationForm(PortalForm):
    """Record and mandate together: a new record, one of those it resembles, or neither."""

    submit = "Save decision"
    asks = {"decision": "Choose what you decide", "reason": "Say why: the person is told"}
    reveals = {"decision": {DECLINE: ["reason"]}}

    decision = forms.ChoiceField(label="What do you decide?", widget=Radios)
    reason = forms.CharField(
        label="Why not? This is mailed to the person", max_length=2000, widget=forms.Textarea({"rows": 3})
    )
    role = forms.ChoiceField(
        label="If yes, the person speaks for it as",
        choices=ROLES,
        widget=Radios,
        initial=Membership.Role.LEAD,
    )

    def __init__(self, *args, alike=(), **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["decision"].choices = [
            (
                NEW,
                Label("Put it on the register", "as a new organisation, published; the person is confirmed"),
            ),
            *(
                (
                    str(one.record.pk),
                    Label(f"It is {one.record}", f"{one.words}; the person is confirmed for it"),
                )
                for one in alike
            ),
            (DECLINE, Label("Decline", "nothing is published")),
        ]


class DecideProposalForm(PortalForm):
    submit = "Save decision"
    asks = {"decision": "Choose what you decide", "reason": "Say why: whoever proposed it is told"}
    reveals = {"decision": {DECLINE: ["reason"]}}

    decision = forms.ChoiceField(
        label="What do you decide?",
        choices=[
            ("accept", Label("Accept", "the register says so at once")),
            (DECLINE, Label("Decline", "the register stays as it is")),
        ],
        widget=Radios,
    )
    reason = forms.CharField(
        label="Why not? This is mailed", max_length=2000, widget=forms.Textarea({"rows": 3})
    )
    seen = forms.CharField(widget=forms.HiddenInput, max_length=40)
    version = VersionField()


class AskForm(PortalForm):
    """Whom to ask whether the record is right, and in which words."""

    submit = "Send the mail"
    reveals = {"to": {"other": ["email"]}}
    asks = {"to": "Choose whom to write to", "email": "Enter an email address"}

    to = forms.ChoiceField(label="Whom do you write to?", widget=Radios)
    email = forms.EmailField(label="Email address")
    words = forms.CharField(
        label="A few words of your own",
        help_text="They stand at the beginning of the mail.",
        max_length=1000,
        required=False,
        widget=forms.Textarea({"rows": 4}),
    )

    def __init__(self, *args, known: list[tuple[str, str]], **kwargs):
        """`known` are addresses we hold, each with whose it is."""
        super().__init__(*args, **kwargs)
        self.fields["to"].choices = [
            *((address, Label(address, whose)) for address, whose in known),
            ("other", "Another address"),
        ]

    def address(self) -> str:
        return self.cleaned_data["email"] if self.cleaned_data["to"] == "other" else self.cleaned_data["to"]


class YearlyQuestionForm(PortalForm):
    submit = "Save"
    reveals = {"is_on": {"yes": ["a_day"]}}
    asks = {"is_on": "Choose on or off"}

    is_on = forms.ChoiceField(
        label="Ask organisations once a year?",
        choices=[("yes", Label("Yes", "mails go out from the next working day")), ("no", "No")],
        widget=Radios,
    )
    a_day = WholeNumberField(
        label="How many organisations a working day?",
        help_text="Answers come back to your team: choose what you can look after.",
        min_value=1,
        max_value=2000,
    )
    version = VersionField()


NEW_GROUP, ASKS, CHANGE, NO_LEAD = KINDS = (
    "New group",
    "Asks to speak for it",
    "Proposed change",
    "Has no lead",
)


class QueueFilterForm(FilterForm):
    q = forms.CharField(label="Organisation or person", max_length=100)
    kind = forms.MultipleChoiceField(
        label="What waits", choices=[(kind, kind) for kind in KINDS], widget=Checkboxes
    )

    def narrow(self, rows: list) -> list:
        """The rows of the kinds chosen whose organisation or person has the words."""
        kinds, words = self.cleaned_data.get("kind"), self.cleaned_data.get("q", "").casefold()
        return [
            row
            for row in rows
            if (not kinds or row.kind in kinds) and words in f"{row.what} {row.who}".casefold()
        ]


class UnconfirmedFilterForm(FilterForm):
    q = forms.CharField(label="Name", max_length=100)
    confirmed = forms.ChoiceField(
        label="Confirmed",
        choices=[("", "Any time"), ("never", "Never"), ("once", "More than a year ago")],
        widget=Radios,
    )
    reach = forms.ChoiceField(
        label="Whom we can ask",
        choices=[("", "Anyone or nobody"), ("somebody", "A lead or an email address"), ("nobody", "Nobody")],
        widget=Radios,
    )
