"""Who speaks for an organisation: inviting, deciding, dates, handing over."""

from datetime import timedelta

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from organisations.models import Membership
from vcse_portal.ui.forms import DateField, Label, PortalForm, Radios

ROLES = [
    (Membership.Role.REPRESENTATIVE, Label(_("Representative"), _("comments and proposes"))),
    (Membership.Role.LEAD, Label(_("Lead"), _("also edits the profile, confirms people and signs"))),
]


class InviteMemberForm(PortalForm):
    submit = _("Send invitation")

    email = forms.EmailField(
        label=_("Their email address"),
        help_text=_("We write to them. They can say yes once they have signed in or created an account."),
    )
    role = forms.ChoiceField(
        label=_("Role"), choices=ROLES, widget=Radios, initial=Membership.Role.REPRESENTATIVE
    )
    key = forms.UUIDField(widget=forms.HiddenInput, required=False)


class DecideMembershipForm(PortalForm):
    submit = _("Save decision")
    reveals = {"decision": {"decline": ["reason"]}}
    asks = {"decision": _("Choose what you decide")}

    decision = forms.ChoiceField(
        label=_("Does this person speak for the organisation?"),
        choices=[
            ("representative", Label(_("Yes, as representative"), _("comments and proposes"))),
            ("lead", Label(_("Yes, as lead"), _("also edits the profile, confirms people and signs"))),
            ("decline", Label(_("No"), _("they are told why"))),
        ],
        widget=Radios,
    )
    reason = forms.CharField(
        label=_("Why not? We send this to the person"),
        max_length=1000,
        widget=forms.Textarea({"rows": 3}),
    )


class MembershipForm(PortalForm):
    submit = _("Save role and dates")

    role = forms.ChoiceField(label=_("Role"), choices=ROLES, widget=Radios)
    starts_on = DateField(label=_("Speaks for it from"))
    ends_on = DateField(
        label=_("Until"),
        help_text=_("The first day they no longer do, if it is known already, such as the next election."),
        required=False,
    )


NOBODY, BY_EMAIL = "nobody", "email"


class LeaveForm(PortalForm):
    """When somebody stops speaking for the organisation. An only lead is asked for a successor."""

    submit = _("End mandate")
    submit_style = "warning"
    reveals = {"successor": {BY_EMAIL: ["successor_email"]}}
    asks = {
        "successor": _("Say who takes over, or that nobody does yet"),
        "successor_email": _("Enter the address of the person who takes over"),
    }

    ends_on = DateField(
        label=_("From which day?"),
        help_text=_("The first day on which they no longer speak for the organisation."),
        initial=timezone.localdate,
        latest=lambda: timezone.localdate() + timedelta(days=366),
    )
    successor = forms.ChoiceField(label=_("Who takes over as lead?"), widget=Radios)
    successor_email = forms.EmailField(label=_("Their email address"))

    def __init__(self, *args, others: list[Membership] | None, **kwargs):
        """`others` are those who could take over; None when the person is not the only lead."""
        super().__init__(*args, **kwargs)
        if others is None:
            del self.fields["successor"], self.fields["successor_email"]
            self.reveals = {}
            return
        self.fields["successor"].choices = [
            *((str(m.pk), Label(m.user.display_name, m.get_role_display())) for m in others),
            (BY_EMAIL, Label(_("Somebody else"), _("we invite them by email"))),
            (NOBODY, Label(_("Nobody yet"), _("we tell the council, who will ask the organisation"))),
        ]

    def successors(self) -> dict:
        """As `leave` takes them."""
        chosen = self.cleaned_data.get("successor") or NOBODY
        if chosen == BY_EMAIL:
            return {"successor_email": self.cleaned_data["successor_email"]}
        return {} if chosen == NOBODY else {"successor_id": int(chosen)}
