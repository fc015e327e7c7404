"""Commenting on behalf of an organisation, answering and hiding."""

from uuid import uuid4

from django import forms
from django.utils.translation import gettext_lazy as _

from vcse_portal.ui.forms import MarkdownField, PortalForm, Radios, VersionField

from .models import Comment

COUNCIL = "council"


class CommentForm(PortalForm):
    """Who one speaks for is asked only where there is a choice."""

    submit = _("Post comment")
    text = MarkdownField(
        label=_("Your comment"), max_length=4000, error_messages={"required": _("Enter a comment")}
    )
    party = forms.ChoiceField(
        label=_("Who are you commenting for?"),
        widget=Radios,
        error_messages={"required": _("Select who you are commenting for")},
    )
    visibility = forms.ChoiceField(
        label=_("Who can read it?"),
        choices=Comment.Visibility.choices,
        widget=Radios(small=True),
        error_messages={"required": _("Select who can read your comment")},
    )
    key = forms.UUIDField(widget=forms.HiddenInput)

    def __init__(self, *args, parties, for_council: bool, **kwargs):
        self.parties = {str(p.pk): p for p in parties}
        choices = [(code, str(party)) for code, party in self.parties.items()]
        if for_council:
            choices.append((COUNCIL, _("The council")))
        initial = {
            "visibility": Comment.Visibility.PUBLIC,
            "key": uuid4(),
            **(kwargs.pop("initial", None) or {}),
        }
        super().__init__(*args, initial=initial, **kwargs)
        self.fields["party"].choices = choices
        self.speaks_for = ""
        if len(choices) == 1:
            code, name = choices[0]
            self.speaks_for = _("the council") if code == COUNCIL else name
            self.fields["party"].widget = forms.HiddenInput()
            self.fields["party"].initial = code

    def clean_party(self):
        """The organisation itself; None for the council."""
        return self.parties.get(self.cleaned_data["party"])


class AnswerForm(PortalForm):
    submit = "Publish answer"
    text = MarkdownField(
        label="The council’s answer", max_length=4000, error_messages={"required": "Enter an answer"}
    )
    version = VersionField()


class HideForm(PortalForm):
    submit = "Hide comment"
    submit_style = "warning"
    reason = forms.CharField(
        label="Why is it hidden?",
        max_length=300,
        help_text="The author is told this, such as “It names a person who uses the service”.",
        error_messages={"required": "Enter the reason for hiding this comment"},
    )
