"""Items, their order and papers."""

from django import forms
from django.utils.translation import gettext_lazy as _

from organisations.forums.models import Meeting, Side
from vcse_portal.ui.forms import (
    DateField,
    FileField,
    MarkdownField,
    PortalForm,
    Radios,
    VersionField,
    WholeNumberField,
)

from .confirm import KeyField
from .meetings import item_field


class OpenAgendaForm(PortalForm):
    submit = _("Open the agenda")
    asks = {"items_until": _("Enter the last day for items")}

    items_until = DateField(label=_("Until when can items be proposed?"))
    version = VersionField()


class ItemForm(PortalForm):
    """An item as its proposer gives it."""

    submit = _("Propose item")
    asks = {"title": _("Enter what the item is called"), "party": _("Choose who you propose it for")}

    party = forms.ChoiceField(label=_("Who do you propose it for?"), widget=Radios)
    title = forms.CharField(label=_("Item"), max_length=200, help_text=_("A few words, as on an agenda."))
    about = MarkdownField(label=_("What it is about"), max_length=4000, rows=5, required=False)
    minutes_needed = WholeNumberField(label=_("Minutes it needs"), min_value=1, max_value=480, required=False)
    key = KeyField()

    def __init__(self, *args, parties: list[tuple[str, str]], **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["party"].choices = parties
        if len(parties) == 1:
            self.fields["party"].widget = forms.HiddenInput()
            self.initial["party"] = parties[0][0]


class EditItemForm(PortalForm):
    submit = _("Save item")
    asks = {"title": ItemForm.asks["title"]}

    title = forms.CharField(label=_("Item"), max_length=200)
    about = MarkdownField(label=_("What it is about"), max_length=4000, rows=5, required=False)
    minutes_needed = WholeNumberField(label=_("Minutes it needs"), min_value=1, max_value=480, required=False)
    version = VersionField()


class LeaveOffForm(PortalForm):
    submit = _("Leave off this agenda")
    submit_style = "warning"
    asks = {"reason": _("Say why it is left off")}

    reason = forms.CharField(
        label=_("Why is it left off?"),
        max_length=500,
        widget=forms.Textarea({"rows": 3}),
        help_text=_("Whoever proposed it is told."),
    )


class AgreeForm(PortalForm):
    submit = _("Agree agenda")

    side = forms.ChoiceField(label=_("For which side?"), choices=Side.choices, widget=Radios)
    version = VersionField()

    def __init__(self, *args, sides: list[str], **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["side"].choices = [(s, Side(s).label) for s in sides]
        if len(sides) == 1:
            self.fields["side"].widget = forms.HiddenInput()
            self.initial["side"] = sides[0]


class PaperForm(PortalForm):
    submit = _("Attach paper")
    asks = {"title": _("Enter what the paper is called"), "file": _("Choose a file")}

    title = forms.CharField(label=_("Title"), max_length=150)
    file = FileField(
        label=_("File"),
        kinds=("pdf", "docx", "xlsx", "csv", "png", "jpeg"),
        help_text=_("PDF, Word, Excel, CSV or a picture."),
    )
    item = item_field()
    is_for_members = forms.BooleanField(
        label=_("For members and council staff only"),
        required=False,
        help_text=_("Otherwise everybody who can read the agenda can open it."),
    )
    key = KeyField()

    def __init__(self, *args, meeting: Meeting, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["item"].queryset = meeting.items.on_agenda()
        if not meeting.forum.is_public:
            del self.fields["is_for_members"]
