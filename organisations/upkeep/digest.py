"""What keeping records right waits for: registrations, proposed changes, groups left without a lead."""

from datetime import timedelta

from django.urls import reverse
from django.utils import timezone

from vcse_portal.accounts.models import Role
from vcse_portal.mail import digest

from .models import ProposedEdit, Registration
from .operations.leads import leaderless

DAYS_TO_DECIDE = 5
AT_MOST = 50


@digest.source
def registrations_to_decide(user, today):
    """For partnerships officers."""
    if not user.has_role(Role.PARTNERSHIPS):
        return
    for one in Registration.objects.waiting().exclude(person=user).for_list()[:AT_MOST]:
        yield digest.Due(
            what=f"{one.person} asks to put {one.name} on the register",
            url=one.get_absolute_url(),
            due_on=timezone.localdate(one.sent_at) + timedelta(days=DAYS_TO_DECIDE),
            verb="Accept or decline",
            group="Register",
        )


@digest.source
def proposals_to_decide(user, today):
    """For partnerships officers."""
    if not user.has_role(Role.PARTNERSHIPS):
        return
    for one in ProposedEdit.objects.waiting().exclude(proposed_by=user).for_list()[:AT_MOST]:
        yield digest.Due(
            what=f"Changes to {one.organisation} proposed by {one.who}",
            url=one.get_absolute_url(),
            due_on=timezone.localdate(one.created_at) + timedelta(days=DAYS_TO_DECIDE),
            verb="Accept or decline",
            group="Register",
        )


@digest.source
def leads_to_find(user, today):
    """For partnerships officers: nobody can edit or sign for these."""
    if not user.has_role(Role.PARTNERSHIPS):
        return
    for one in leaderless(today)[:AT_MOST]:
        yield digest.Due(
            what=f"{one.organisation} has had no lead since {one.user} left",
            url=reverse("organisations:people", args=[one.organisation_id]),
            due_on=one.ends_on + timedelta(days=DAYS_TO_DECIDE * 2),
            verb="Find a lead",
            group="Register",
        )
