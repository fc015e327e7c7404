"""When and where a meeting is, its minutes and its decisions."""

from datetime import datetime

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from organisations.forums.models import Item, Meeting
from vcse_portal.ui.forms import (
    DateField,
    Fieldset,
    FilterForm,
    MarkdownField,
    PortalForm,
    Radios,
    TimeField,
    VersionField,
)

from .confirm import KeyField

WHEN = [("", _("To come")), ("past", _("Past")), ("all", _("All"))]


class MeetingFilterForm(FilterForm):
    forum = forms.ChoiceField(label=_("Forum"))
    when = forms.ChoiceField(label=_("When"), choices=WHEN, widget=Radios)

    def __init__(self, *args, forums: dict[str, str], **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["forum"].choices = [("", _("All forums")), *forums.items()]


class MeetingForm(PortalForm):
    """London time, as people write it in their calendars."""

    submit = _("Plan meeting")
    asks = {
        "day": _("Enter the day of the meeting"),
        "begins": _("Enter when it begins"),
        "ends": _("Enter when it ends"),
    }

    title = forms.CharField(
        label=_("Title"),
        max_length=150,
        required=False,
        help_text=_("Only if it has one of its own, such as Annual meeting."),
    )
    day = DateField(label=_("Day"))
    begins = TimeField(label=_("Begins"))
    ends = TimeField(label=_("Ends"))
    place = forms.CharField(label=_("Place"), max_length=250, required=False)
    join_url = forms.URLField(
        label=_("Address to join online"),
        max_length=500,
        required=False,
        assume_scheme="https",
        help_text=_("Only people with a seat see it."),
    )
    key = KeyField()

    groups = [
        "title",
        Fieldset(_("When"), "day", "begins", "ends"),
        Fieldset(_("Where"), "place", "join_url"),
    ]

    def clean(self):
        found = super().clean()
        if "begins" in found and "ends" in found and found["ends"] <= found["begins"]:
            self.add_error("ends", _("It must end after it begins"))
        if not self.errors and not found.get("place") and not found.get("join_url"):
            self.add_error("place", _("Enter a place, or an address to join online"))
        return found

    @property
    def facts(self) -> dict:
        said = self.cleaned_data
        return {
            "title": said["title"],
            "place": said["place"],
            "join_url": said["join_url"],
            "starts_at": timezone.make_aware(datetime.combine(said["day"], said["begins"])),
            "ends_at": timezone.make_aware(datetime.combine(said["day"], said["ends"])),
        }


class EditMeetingForm(MeetingForm):
    submit = _("Save meeting")
    key = None
    version = VersionField()

    @classmethod
    def of(cls, meeting: Meeting) -> dict:
        """What stands in the form when a meeting is edited."""
        begins, ends = timezone.localtime(meeting.starts_at), timezone.localtime(meeting.ends_at)
        same = {name: getattr(meeting, name) for name in ("title", "place", "join_url", "version")}
        return same | {"day": begins.date(), "begins": begins.time(), "ends": ends.time()}


class CancelForm(PortalForm):
    submit = _("Cancel this meeting")
    submit_style = "warning"
    asks = {"reason": _("Say why it is cancelled")}

    reason = forms.CharField(
        label=_("Why is it cancelled?"), max_length=500, widget=forms.Textarea({"rows": 3})
    )


class MinutesForm(PortalForm):
    submit = _("Save minutes")

    minutes = MarkdownField(label=_("Minutes"), max_length=50_000, rows=20, required=False)
    version = VersionField()


class PublishForm(PortalForm):
    submit = _("Publish minutes")

    version = VersionField()


def item_field(**kwargs) -> forms.ModelChoiceField:
    return forms.ModelChoiceField(
        Item.objects.none(),
        label=_("Under which item?"),
        required=False,
        empty_label=_("None in particular"),
        **kwargs,
    )


class DecisionForm(PortalForm):
    submit = _("Save decision")
    asks = {"text": _("Enter what was decided")}

    text = forms.CharField(label=_("What was decided?"), max_length=2000, widget=forms.Textarea({"rows": 4}))
    item = item_field()
    key = KeyField()

    def __init__(self, *args, meeting: Meeting, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["item"].queryset = meeting.items.on_agenda()


class EditDecisionForm(DecisionForm):
    key = None
    version = VersionField()
