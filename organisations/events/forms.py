"""What officers say of an event, and what people say who want to come or have been."""

from datetime import datetime
from uuid import uuid4

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from organisations.models import Organisation
from vcse_portal.accounts.models import User
from vcse_portal.borough import codes
from vcse_portal.borough.models import Directorate
from vcse_portal.ui.forms import (
    Checkboxes,
    DateField,
    Fieldset,
    FilterForm,
    MarkdownField,
    MoneyField,
    PortalForm,
    Radios,
    TimeField,
    VersionField,
    WholeNumberField,
    YesNoField,
)

from .models import Event, Feedback, Kind

MOST_PLACES = 10_000
WHEN = ("day", "start_time", "end_time", "end_day")


class EventForm(PortalForm):
    """All facts of an event. Times are London's."""

    submit = "Save event"
    asks = {"title": "Enter a title", "summary": "Enter a summary", "day": "Enter the day it starts"}
    title = forms.CharField(max_length=200)
    kind = forms.ChoiceField(
        label="What kind of event is it?", choices=Kind.choices, widget=Radios(small=True)
    )
    programme = forms.CharField(
        label="Programme or series",
        max_length=100,
        required=False,
        help_text="Such as Leaders programme. Figures can be read by programme.",
    )
    themes = forms.MultipleChoiceField(widget=Checkboxes(small=True), required=False)
    summary = forms.CharField(
        max_length=300,
        widget=forms.Textarea({"rows": 2}),
        help_text="One or two sentences in plain English, for lists, calendars and the monthly circular.",
    )
    description = MarkdownField(
        label="What happens there", required=False, help_text="Who is it for? What will they take home?"
    )
    day = DateField(label="Day")
    start_time = TimeField(label="Starts at", help_text="Such as 10am or 14:30.")
    end_time = TimeField(label="Ends at")
    end_day = DateField(label="Last day", required=False, help_text="Only if it goes on for more than a day.")
    place = forms.CharField(
        label="Where", max_length=300, required=False, help_text="Name and address with postcode."
    )
    online_url = forms.URLField(
        label="Link to join online",
        required=False,
        max_length=500,
        assume_scheme="https",
        help_text="Only people who have a place see it.",
    )
    accessibility = forms.CharField(
        label="Access",
        required=False,
        max_length=2000,
        widget=forms.Textarea({"rows": 3}),
        help_text="Such as step-free access, hearing loop, interpreters, parking, quiet room, travel paid.",
    )
    is_open_to_all = YesNoField(
        label="Who can sign up?",
        help_text="Everyone confirms an email address. Otherwise people sign in and speak for an organisation.",
    )
    places = WholeNumberField(
        label="Places",
        required=False,
        min_value=1,
        max_value=MOST_PLACES,
        help_text="Leave empty for no limit.",
    )
    opens_on = DateField(
        label="Sign-up opens", required=False, help_text="Leave empty to open it when you publish the event."
    )
    closes_on = DateField(
        label="Last day to sign up",
        required=False,
        help_text="Leave empty to close it when the event begins.",
    )
    directorate = forms.ModelChoiceField(Directorate.objects.none(), empty_label="Select a directorate")
    organiser = forms.ModelChoiceField(
        User.objects.none(), empty_label="Select an officer", help_text="Takes the attendance afterwards."
    )
    cost = MoneyField(
        label="Cost to the council",
        required=False,
        min_value=0,
        help_text="Room, food, trainers, interpreters. Only council staff see it.",
    )
    key = forms.UUIDField(widget=forms.HiddenInput, required=False)
    version = VersionField(required=False)
    groups = [
        Fieldset("What it is", "title", "kind", "programme", "summary", "description", "themes"),
        Fieldset("When", *WHEN),
        Fieldset("Where", "place", "online_url", "accessibility"),
        Fieldset("Who can come", "is_open_to_all", "places", "opens_on", "closes_on"),
        Fieldset("Who holds it", "directorate", "organiser", "cost"),
    ]

    def __init__(self, *args, event: Event | None = None, officer=None, **kwargs):
        if event is None:
            initial = {"key": uuid4(), "directorate": officer.directorate, "organiser": officer}
        else:
            initial = {name: getattr(event, name) for name in self.base_fields if hasattr(event, name)}
        super().__init__(*args, initial=initial, **kwargs)
        self.fields["is_open_to_all"].choices = [
            ("yes", "Everyone"),
            ("no", "Organisations on the portal, and council staff"),
        ]
        self.fields["is_open_to_all"].widget = Radios(
            small=True, choices=self.fields["is_open_to_all"].choices
        )
        self.fields["directorate"].queryset = Directorate.objects.offered(self.initial.get("directorate"))
        self.fields["organiser"].queryset = User.objects.officers()
        self.fields["themes"].choices = codes.choices("theme")
        self.fields["version"].required = event is not None
        used = programmes(Event.objects.all())
        if used:
            self.fields["programme"].help_text += f" So far: {', '.join(used)}."

    def clean(self):
        found = super().clean()
        if all(found.get(name) is not None for name in WHEN[:3]):
            last = found.get("end_day") or found["day"]
            if (last, found["end_time"]) <= (found["day"], found["start_time"]):
                self.add_error("end_time", "The end must be later than the start")
        return found

    @property
    def facts(self) -> dict:
        """What the operations take."""
        found = {k: v for k, v in self.cleaned_data.items() if k not in (*WHEN, "key", "version")}
        first = self.cleaned_data["day"]
        last = self.cleaned_data["end_day"] or first
        return found | {
            "starts_at": _london(first, self.cleaned_data["start_time"]),
            "ends_at": _london(last, self.cleaned_data["end_time"]),
        }

    def _take(self, error) -> None:
        """What is refused of a moment is said at the box for its time."""
        if hasattr(error, "error_dict"):
            for name, box in (("starts_at", "day"), ("ends_at", "end_time")):
                if name in error.error_dict:
                    error.error_dict[box] = error.error_dict.pop(name)
        super()._take(error)


def _london(day, clock) -> datetime:
    return timezone.make_aware(datetime.combine(day, clock))


def programmes(events) -> list[str]:
    """Every programme these events belong to."""
    found = events.exclude(programme="").order_by("programme").values_list("programme", flat=True)
    return list(found.distinct())


class PublishEventForm(PortalForm):
    """A confirmation: nothing to fill in."""

    submit = "Publish event"


class CancelEventForm(PortalForm):
    submit = "Cancel event"
    submit_style = "warning"
    reason = forms.CharField(
        label="Why is it cancelled?",
        max_length=500,
        widget=forms.Textarea({"rows": 3}),
        help_text="Everyone who signed up gets this by email.",
        error_messages={"required": "Enter why it is cancelled"},
    )


NEEDS = {
    "label": _("Is there anything you need to take part?"),
    "help_text": _(
        "Such as an interpreter, large print, step-free access or food you cannot eat. "
        "Only the officers who hold the event see this."
    ),
    "required": False,
    "max_length": 500,
}


class SignUpForm(PortalForm):
    """For somebody who is signed in."""

    submit = _("Sign up")
    organisation = forms.ModelChoiceField(
        Organisation.objects.none(),
        label=_("Which organisation do you come for?"),
        error_messages={"required": _("Select the organisation you come for")},
    )
    needs = forms.CharField(widget=forms.Textarea({"rows": 2}), **NEEDS)

    def __init__(self, *args, user, is_needed: bool, **kwargs):
        """`is_needed`: the event is for organisations, so one has to be named."""
        super().__init__(*args, **kwargs)
        mine = Organisation.objects.spoken_for_by(user).active()
        self.fields["organisation"].queryset = mine
        self.fields["organisation"].required = is_needed
        self.fields["organisation"].empty_label = None if is_needed else _("None, I come for myself")
        if not mine:
            del self.fields["organisation"]
        elif is_needed and len(mine) == 1:
            self.fields["organisation"].initial = mine[0]


class AskForPlaceForm(PortalForm):
    """For a visitor: the address is confirmed before anything is kept for them."""

    submit = _("Sign up")
    asks = {"name": _("Enter your name"), "email": _("Enter your email address")}
    name = forms.CharField(label=_("Your name"), max_length=100)
    name.widget.attrs["autocomplete"] = "name"
    email = forms.EmailField(
        label=_("Email address"),
        max_length=254,
        help_text=_("We send a link to it. Your place is kept when you have followed the link."),
    )
    organisation_words = forms.CharField(
        label=_("Your organisation or group, if you come for one"), max_length=200, required=False
    )
    organisation_words.widget.attrs["autocomplete"] = "organization"
    needs = forms.CharField(widget=forms.Textarea({"rows": 2}), **NEEDS)


class AddPersonForm(PortalForm):
    submit = "Add person"
    asks = {"name": "Enter the person’s name"}
    name = forms.CharField(max_length=100)
    email = forms.EmailField(
        label="Email address",
        max_length=254,
        required=False,
        help_text="With it they get their place, a reminder and a calendar entry by email.",
    )
    organisation = forms.CharField(
        label="Organisation",
        max_length=200,
        required=False,
        help_text="As it is called on the register, or in their own words.",
    )
    needs = forms.CharField(
        label="What they need to take part",
        required=False,
        max_length=500,
        widget=forms.Textarea({"rows": 2}),
    )
    key = forms.UUIDField(widget=forms.HiddenInput, required=False)

    @property
    def facts(self) -> dict:
        """An organisation on the register is recognised by its name."""
        found = dict(self.cleaned_data)
        said, key = found.pop("organisation").strip(), found.pop("key") or self.initial["key"]
        same = Organisation.objects.active().filter(name__iexact=said)[:2] if said else []
        known = same[0] if len(same) == 1 else None
        return found | {"key": key, "organisation": known, "organisation_words": "" if known else said}


class AttendanceForm(PortalForm):
    submit = "Save who came"
    marks_optional = False
    came = forms.TypedMultipleChoiceField(
        label="Who came?", coerce=int, required=False, widget=Checkboxes(small=True)
    )
    version = VersionField()

    def __init__(self, *args, people, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["came"].choices = people


class NotesForm(PortalForm):
    submit = "Save notes"
    notes = MarkdownField(
        label="Notes of the event",
        max_length=20_000,
        help_text="What was said and what follows from it. Name people only if they agreed.",
        error_messages={"required": "Enter the notes"},
    )
    version = VersionField()

    def __init__(self, *args, event: Event, **kwargs):
        super().__init__(*args, initial={"notes": event.notes, "version": event.version}, **kwargs)
        if not event.notes_published_at:
            self.more_buttons = [("publish", "Publish notes")]


class FeedbackForm(PortalForm):
    submit = _("Send your answer")
    useful = forms.TypedChoiceField(
        label=_("How useful was it to you?"),
        coerce=int,
        choices=Feedback.Useful.choices,
        widget=Radios,
        error_messages={"required": _("Select how useful it was")},
    )
    could_take_part = YesNoField(
        label=_("Could you take part as fully as you wanted?"),
        required=False,
        help_text=_("Think of the place, the time, language, sound, breaks."),
    )
    will_change = forms.CharField(
        label=_("What will you do differently now?"),
        required=False,
        max_length=1000,
        widget=forms.Textarea({"rows": 3}),
    )
    should_change = forms.CharField(
        label=_("What should we do differently next time?"),
        required=False,
        max_length=1000,
        widget=forms.Textarea({"rows": 3}),
    )


class EventFilterForm(FilterForm):
    q = forms.CharField(label=_("Search"), max_length=200)
    when = forms.ChoiceField(
        label=_("When"), choices=[("", _("Coming up")), ("past", _("Past"))], widget=Radios(small=True)
    )
    kind = forms.MultipleChoiceField(
        label=_("Kind of event"), choices=Kind.choices, widget=Checkboxes(small=True)
    )
    theme = forms.MultipleChoiceField(label=_("Theme"), widget=Checkboxes(small=True))
    programme = forms.ChoiceField(label=_("Programme or series"))
    open_to = forms.MultipleChoiceField(
        label=_("Open to"), choices=[("all", _("Everyone"))], widget=Checkboxes(small=True)
    )

    def __init__(self, *args, user, **kwargs):
        super().__init__(*args, **kwargs)
        seen = programmes(Event.objects.visible_to(user))
        self.fields["theme"].choices = codes.names("theme").items()
        self.fields["programme"].choices = [("", _("All")), *((name, name) for name in seen)]
        if user.is_authenticated and user.is_council:
            self.fields["when"].choices = [*self.fields["when"].choices, ("drafts", "Drafts")]


class FiguresForm(FilterForm):
    year = forms.ChoiceField(label="Year")
    programme = forms.ChoiceField(label="Programme or series")
    kind = forms.ChoiceField(label="Kind of event", choices=[("", "All"), *Kind.choices])

    def __init__(self, *args, years: list[int], **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["year"].choices = [
            ("", "This year"),
            *((y, f"April {y} to March {y + 1}") for y in years),
        ]
        self.fields["programme"].choices = [
            ("", "All"),
            *((name, name) for name in programmes(Event.objects.taking_place())),
        ]
