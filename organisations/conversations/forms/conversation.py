"""A conversation from its first words to its correction."""

from uuid import uuid4

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone

from organisations.models import Organisation
from vcse_portal.accounts.models import User
from vcse_portal.ui.forms import (
    HTML,
    Checkboxes,
    DateField,
    Fieldset,
    Label,
    MarkdownField,
    PortalForm,
    Radios,
    TimeField,
    VersionField,
)

from ..models import Audience, Conversation, Kind
from ..operations import Guest
from ..people import MOST_FOUND, chosen_before, find_organisations, people_of
from .choices import officers

AUDIENCES = [
    (
        Audience.OFFICERS.value,
        Label("Council officers only", "Neither the organisations nor councillors can read it."),
    ),
    (
        Audience.SHARED.value,
        Label(
            "Shared with the organisations",
            "Everyone who speaks for them can read it, and so can officers and councillors.",
        ),
    ),
]
MOST_LINES = 40


def first_day() -> None:
    return timezone.localdate().replace(year=timezone.localdate().year - 20)


class ConversationForm(PortalForm):
    """A conversation from its first words to its correction.

    Organisations are found by the button beside `find`, which shows the form again with what was found to tick, and
    with the people of those that are ticked. Nothing needs a script.
    """

    submit = "Save and check"
    marks_optional = False
    asks = {
        "subject": "Enter a subject",
        "summary": "Enter what was said",
        "reason": "Enter why it is corrected",
    }
    kind = forms.ChoiceField(
        label="What was it?", choices=Kind.choices, widget=Radios(inline=True), initial=Kind.MEETING
    )
    held_on = DateField(label="Date", earliest=first_day)
    held_at = TimeField(label="Time", required=False, help_text="Such as 2:30pm.")
    place = forms.CharField(label="Place", max_length=300, required=False)
    find = forms.CharField(
        label="Find an organisation",
        max_length=200,
        required=False,
        help_text="Part of its name, or a charity or company number.",
    )
    organisations = forms.MultipleChoiceField(
        label="Organisations it was with", widget=Checkboxes, required=False
    )
    people = forms.MultipleChoiceField(label="Who took part for them?", widget=Checkboxes, required=False)
    others = forms.CharField(
        label="Anybody else who took part",
        max_length=4000,
        required=False,
        widget=forms.Textarea({"rows": 3}),
        help_text="One person a line: name, role.",
    )
    officers = forms.ModelMultipleChoiceField(
        User.objects.none(), label="Who took part for the council?", widget=Checkboxes, required=False
    )
    subject = forms.CharField(max_length=200)
    summary = MarkdownField(
        label="What was said",
        required=False,
        help_text="What they told us, what we told them, what was agreed.",
    )
    audience = forms.ChoiceField(label="Who may read it?", choices=AUDIENCES, widget=Radios, required=False)
    todo = forms.CharField(label="What is to be done?", max_length=300, required=False)
    todo_owner = forms.ModelChoiceField(
        User.objects.none(), label="Who does it?", required=False, empty_label="Select an officer"
    )
    todo_due_on = DateField(label="By when?", required=False)
    reason = forms.CharField(
        label="Why is it corrected?",
        max_length=300,
        help_text="It stays in the history, with what was written before.",
    )
    key = forms.UUIDField(widget=forms.HiddenInput, required=False)
    version = VersionField(required=False)
    entry_uid = forms.CharField(widget=forms.HiddenInput, max_length=200, required=False)
    meeting = forms.IntegerField(widget=forms.HiddenInput, required=False)

    FIND = HTML(
        '<button type="submit" name="look_up" value="1" class="govuk-button govuk-button--secondary"'
        ' data-module="govuk-button">Find, and show people</button>'
    )
    groups = [
        Fieldset("What and when", "kind", "held_on", "held_at", "place"),
        Fieldset("Who", "find", FIND, "organisations", "people", "others", "officers"),
        Fieldset("What was said", "subject", "summary", "audience"),
    ]
    TODO = Fieldset("First thing to follow up", "todo", "todo_owner", "todo_due_on")

    def __init__(self, *args, conversation: Conversation | None = None, author: User | None = None, **kwargs):
        self.conversation = conversation
        self.before = conversation.people if conversation else []
        initial = (_facts_of(conversation) if conversation else _blank(author)) | (
            kwargs.pop("initial", None) or {}
        )
        super().__init__(*args, initial=initial, **kwargs)
        self._keep_what_is_asked()
        self.fields["officers"].queryset = officers() | User.objects.filter(
            pk__in=_numbers(initial.get("officers") or [])
        )
        self._offer(_numbers(self._given("organisations")))
        if conversation and not self.is_bound:
            self.initial["people"] = chosen_before(self.known, self.before)

    def _keep_what_is_asked(self) -> None:
        """A draft is begun with a first follow-up; one that was posted is corrected with a reason."""
        self.groups = list(self.groups)
        if self.conversation is None:
            self.fields["todo_owner"].queryset = officers()
            self.groups.append(self.TODO)
        else:
            self.fields["version"].required = True
            for name in ("todo", "todo_owner", "todo_due_on"):
                del self.fields[name]
        if self.conversation is None or self.conversation.is_draft:
            del self.fields["reason"]
        else:
            self.submit = "Save correction"
            self.fields["summary"].required = self.fields["audience"].required = True

    def _given(self, name: str):
        if self.is_bound:
            return self.fields[name].widget.value_from_datadict(self.data, self.files, self.add_prefix(name))
        return self.initial.get(name) or []

    def _offer(self, ticked: list[int], found: list[int] = ()) -> None:
        """Organisations that are ticked or found, by name, and the people of those that are ticked."""
        shown = Organisation.objects.filter(pk__in=[*ticked, *found]).exclude(
            status=Organisation.Status.MERGED
        )
        self.fields["organisations"].choices = [
            (str(one.pk), Label(one.name, _state(one))) for one in shown.only("pk", "name", "status")
        ]
        self.known = people_of(ticked, self.before)
        self.fields["people"].choices = list(self.known.words.items())
        for name in ("organisations", "people"):
            self.fields[name].widget.choices = self.fields[name].choices
        self.groups[1] = Fieldset("Who", *self._who_fields())

    def _who_fields(self):
        """Questions without an answer to choose from are not asked."""
        for name in ("find", self.FIND, "organisations", "people", "others", "officers"):
            if name not in ("organisations", "people") or self.fields[name].choices:
                yield name

    def looked_up(self) -> "ConversationForm":
        """The form again as it was filled in, with what “Find” found. One match is ticked at once."""
        typed = {
            name: field.widget.value_from_datadict(self.data, self.files, self.add_prefix(name))
            for name, field in self.fields.items()
        }
        words = str(typed.get("find") or "").replace("\0", "").strip()[:200]
        ticked = _numbers(typed["organisations"] or [])
        found = find_organisations(words) if words else []
        if len(found) == 1:
            ticked, typed["find"] = [*ticked, *found], ""
        again = ConversationForm(
            conversation=self.conversation,
            initial={**typed, "organisations": [str(pk) for pk in ticked]},
        )
        again._offer(ticked, found)
        again.initial["people"] = typed["people"] or []
        again.cancel_href, again.found = self.cancel_href, len(found) if words else None
        again.found_more = len(found) == MOST_FOUND
        return again

    def clean_organisations(self):
        return _numbers(self.cleaned_data["organisations"])

    def clean_others(self):
        lines = [line.strip() for line in self.cleaned_data["others"].splitlines() if line.strip()]
        if len(lines) > MOST_LINES:
            raise ValidationError(f"Name no more than {MOST_LINES} people here.")
        for line in lines:
            if any(len(part) > 150 for part in _name_and_role(line)):
                raise ValidationError(f"“{line[:30]}…” is too long for a name and a role.")
        return lines

    def clean(self):
        data = super().clean()
        if data.get("find"):
            self._take_what_was_typed(data)
        if data.get("todo") or data.get("todo_owner") or data.get("todo_due_on"):
            for name, words in (
                ("todo", "Enter what is to be done"),
                ("todo_owner", "Select who does it"),
                ("todo_due_on", "Enter by when it is done"),
            ):
                if name in self.fields and not data.get(name) and name not in self.errors:
                    self.add_error(name, words)
        return data

    def _take_what_was_typed(self, data) -> None:
        """A name that was typed and not looked up: taken when it can only mean one organisation.

        Where one of those it may mean is ticked, it has done its work.
        """
        found, chosen = find_organisations(data["find"]), data.get("organisations", [])
        if len(found) == 1 or set(found) & set(chosen):
            data["organisations"] = list(dict.fromkeys([*chosen, *(found if len(found) == 1 else [])]))
            return
        self._offer(chosen, found)
        words = "Tick the organisation you mean" if found else "No organisation was found: check the name"
        self.add_error("organisations" if found else "find", words)

    @property
    def facts(self) -> dict:
        """What the operations take."""
        data = self.cleaned_data
        names = ("kind", "held_on", "held_at", "place", "subject", "summary", "audience")
        return {
            **{name: data[name] for name in names},
            "organisations": data["organisations"],
            "officers": [officer.pk for officer in data["officers"]],
            "people": [self.known.guests[code] for code in data["people"]]
            + [Guest(name=name, post=role) for name, role in map(_name_and_role, data["others"])],
        }

    @property
    def first_todo(self) -> dict | None:
        data = self.cleaned_data
        if not data.get("todo"):
            return None
        return {"what": data["todo"], "owner": data["todo_owner"], "due_on": data["todo_due_on"]}


def _blank(author: User | None) -> dict:
    mine = [author.pk] if author else []
    return {"key": uuid4(), "held_on": timezone.localdate(), "officers": mine}


def _facts_of(conversation: Conversation) -> dict:
    names = ("kind", "held_on", "held_at", "place", "subject", "summary", "audience", "version")
    return {name: getattr(conversation, name) for name in names} | {
        "organisations": [str(one.pk) for one in conversation.organisations],
        "officers": [one.person_id for one in conversation.officers],
    }


def _numbers(values) -> list[int]:
    return [int(value) for value in values if str(value).isdecimal() and len(str(value)) < 12]


def _name_and_role(line: str) -> tuple[str, str]:
    name, _comma, role = line.partition(",")
    return name.strip(), role.strip()


def _state(organisation: Organisation) -> str:
    return "" if organisation.status == Organisation.Status.ACTIVE else str(organisation.get_status_display())
