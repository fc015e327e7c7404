"""The only writers of accounts and invitations."""

from datetime import datetime, timedelta

from allauth.account.models import EmailAddress
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import IntegrityError, transaction
from django.utils import timezone

from vcse_portal import history
from vcse_portal.borough.models import Directorate
from vcse_portal.ui.conflict import check_version

from . import emails
from .models import OFFICER_ROLES, Invitation, Role, User

INVITATION_LASTS = timedelta(days=14)
INVITED_ALREADY = "This person has been invited already. Send that invitation again instead."


# Accounts --------------------------------------------------------------------------------------
@transaction.atomic
def open_account(
    *,
    email: str,
    name: str = "",
    post: str = "",
    directorate: Directorate | None = None,
    roles=(),
    password: str | None = None,
    by: User | None = None,
) -> User:
    """Make an account whose address is known to be the person's own: invited, or told by the council's sign-on.

    Without a password the person signs in by a code sent by e-mail or with their council account.
    """
    email, roles = _clean_address(email), _clean_roles(roles, directorate)
    if _is_taken(email):
        raise ValidationError("There is already an account with this email address.")
    with history.deed("opened account", by=by):
        user = User.objects.select_for_update().filter(email__iexact=email).first() or User(email=email)
        user.name, user.post, user.directorate, user.roles = name.strip(), post.strip(), directorate, roles
        user.set_password(password)
        user.save()
        EmailAddress.objects.update_or_create(
            user=user, email=email, defaults={"verified": True, "primary": True}
        )
    return user


@transaction.atomic
def rename_person(person_id: int, *, name: str, post: str, by: User) -> User:
    """Change the name and job title others see."""
    person = User.objects.select_for_update().get(pk=person_id)
    if not name.strip():
        raise ValidationError("Enter a name.")
    with history.deed("renamed", by=by):
        person.name, person.post = name.strip(), post.strip()
        _save(person, "name", "post")
    return person


@transaction.atomic
def change_roles(
    person_id: int, *, roles, directorate: Directorate | None, version: int | None = None, by: User | None
) -> User:
    """Set what a person may do and where they work, and tell them.

    Losing a role ends the person's sessions at once. Nobody takes the administrator role from themselves,
    and one administrator always remains. `version` is the one the form was made from.
    """
    person = _locked_with_administrators(person_id)
    check_version(person, version)
    roles = _clean_roles(roles, directorate)
    if not person.is_active:
        raise ValidationError("This account is closed. Open it again before changing its roles.")
    lost = set(person.roles) - set(roles)
    if Role.ADMINISTRATOR in lost:
        if by is not None and by.pk == person.pk:
            raise ValidationError(
                "You cannot take the administrator role from yourself. Ask another administrator."
            )
        _keep_an_administrator(without=person)
    if roles == person.roles and directorate == person.directorate:
        return person
    told = set(roles) != set(person.roles)
    with history.deed("changed roles", by=by):
        person.roles, person.directorate = roles, directorate
        person.session_epoch += 1 if lost else 0
        _save(person, "roles", "directorate", "session_epoch")
        if told:
            emails.roles_changed(person, by=by)
    return person


@transaction.atomic
def deactivate_person(person_id: int, *, reason: str = "", by: User) -> User:
    """Close an account: its sessions end at once, nobody can sign in to it, what it did stays on record."""
    person = _locked_with_administrators(person_id)
    if not person.is_active:
        raise ValidationError("This account is already closed.")
    if by.pk == person.pk:
        raise ValidationError("You cannot close your own account. Ask another administrator.")
    if Role.ADMINISTRATOR in person.roles:
        _keep_an_administrator(without=person)
    with history.deed("closed account", by=by, reason=reason.strip()):
        person.is_active = False
        person.session_epoch += 1
        _save(person, "is_active", "session_epoch")
        emails.account_closed(person)
    return person


@transaction.atomic
def reactivate_person(person_id: int, *, by: User) -> User:
    """Open a closed account again with the roles it had."""
    person = User.objects.select_for_update().get(pk=person_id)
    if person.is_active:
        raise ValidationError("This account is open already.")
    with history.deed("opened account again", by=by):
        person.is_active = True
        _save(person, "is_active")
        emails.account_opened_again(person)
    return person


# Invitations -----------------------------------------------------------------------------------
@transaction.atomic
def invite_person(
    *,
    email: str,
    name: str = "",
    post: str = "",
    directorate: Directorate | None = None,
    roles=(),
    by: User | None,
    now: datetime | None = None,
) -> Invitation:
    """Ask somebody to open an account with these roles: one mail, one link, 14 days.

    `by` is nobody only for the first administrator of a fresh installation.
    """
    now = now or timezone.now()
    email, roles = _clean_address(email), _clean_roles(roles, directorate)
    if _is_taken(email):
        raise ValidationError(
            "There is already an account with this email address. Change its roles instead."
        )
    earlier = Invitation.objects.select_for_update().filter(
        email__iexact=email, accepted_at=None, withdrawn_at=None
    )
    if earlier.open(now).exists():
        raise ValidationError(INVITED_ALREADY)
    with history.deed("invited", by=by):
        earlier.update(withdrawn_at=now)  # expired, and replaced by the new one
        invitation = Invitation(
            email=email,
            name=name.strip(),
            post=post.strip(),
            directorate=directorate,
            roles=roles,
            invited_by=by,
            invited_at=now,
            expires_at=now + INVITATION_LASTS,
        )
        try:
            with transaction.atomic():
                invitation.save()
        except IntegrityError:  # the same button pressed twice
            raise ValidationError(INVITED_ALREADY) from None
        emails.invitation_sent(invitation)
    return invitation


@transaction.atomic
def send_invitation_again(invitation_id: int, *, by: User, now: datetime | None = None) -> Invitation:
    """Send a new link, good for another 14 days; the old one stops working."""
    now = now or timezone.now()
    invitation = _waiting(invitation_id)
    with history.deed("sent invitation again", by=by):
        invitation.invited_at, invitation.expires_at = now, now + INVITATION_LASTS
        invitation.save(update_fields=["invited_at", "expires_at"])
        emails.invitation_sent(invitation)
    return invitation


@transaction.atomic
def withdraw_invitation(invitation_id: int, *, by: User, now: datetime | None = None) -> Invitation:
    """Take an invitation back; its link then says so."""
    invitation = _waiting(invitation_id)
    with history.deed("withdrew invitation", by=by):
        invitation.withdrawn_at = now or timezone.now()
        invitation.save(update_fields=["withdrawn_at"])
    return invitation


@transaction.atomic
def accept_invitation(
    invitation_id: int,
    *,
    name: str = "",
    password: str | None = None,
    user: User | None = None,
    now: datetime | None = None,
) -> User:
    """Open the account an invitation offers, or give what it offers to `user`, whose address it names."""
    now = now or timezone.now()
    invitation = _waiting(invitation_id)
    if invitation.state(now) == "expired":
        raise ValidationError("This invitation has expired. Ask for a new one.")
    if user is None:
        user = open_account(
            email=invitation.email,
            name=name or invitation.name,
            post=invitation.post,
            directorate=invitation.directorate,
            roles=invitation.roles,
            password=password,
        )
    else:
        user = _take_up(invitation, user)
    with history.deed("accepted invitation", by=user):
        invitation.accepted_at, invitation.accepted_by = now, user
        invitation.save(update_fields=["accepted_at", "accepted_by"])
    return user


def _take_up(invitation: Invitation, user: User) -> User:
    user = User.objects.select_for_update().get(pk=user.pk)
    if user.email.lower() != invitation.email.lower():
        raise ValidationError("This invitation was sent to another email address.")
    if not user.is_active:
        raise ValidationError("This account is closed.")
    with history.deed("accepted invitation", by=user):
        user.roles = _clean_roles(
            {*user.roles, *invitation.roles}, invitation.directorate or user.directorate
        )
        user.directorate = invitation.directorate or user.directorate
        user.name, user.post = user.name or invitation.name, user.post or invitation.post
        _save(user, "roles", "directorate", "name", "post")
    return user


# Rules they share ------------------------------------------------------------------------------
def _save(person: User, *fields: str) -> None:
    person.version += 1
    person.save(update_fields=[*fields, "version"])


def _waiting(invitation_id: int) -> Invitation:
    invitation = Invitation.objects.select_for_update().get(pk=invitation_id)
    if invitation.accepted_at:
        raise ValidationError("This invitation has already been accepted.")
    if invitation.withdrawn_at:
        raise ValidationError("This invitation has been withdrawn.")
    return invitation


def _is_taken(email: str) -> bool:
    """Whether somebody's account has this address. A sign-up that nobody ever confirmed takes no address."""
    confirmed = EmailAddress.objects.filter(email__iexact=email, verified=True).exists()
    unconfirmed = EmailAddress.objects.filter(email__iexact=email, verified=False, user__last_login=None)
    others = User.objects.filter(email__iexact=email).exclude(pk__in=unconfirmed.values("user"))
    return confirmed or others.exists()


def _clean_address(email: str) -> str:
    email = email.strip().lower()
    validate_email(email)
    return email


def _clean_roles(roles, directorate: Directorate | None) -> list[str]:
    """Known roles in their order; an officer works in a directorate; a councillor is never an officer as well.

    The last is the law: Local Government Act 1972, section 116.
    """
    wanted = {str(role) for role in roles}
    unknown = wanted - set(Role.values)
    if unknown:
        raise ValidationError(f"Not a known role: {', '.join(sorted(unknown))}.")
    officer = wanted & OFFICER_ROLES
    if Role.COUNCILLOR in wanted and officer:
        raise ValidationError("A councillor cannot also be an officer of the same council.")
    if officer - {Role.ADMINISTRATOR} and directorate is None:
        raise ValidationError("Choose the directorate this officer works in.")
    return [role.value for role in Role if role in wanted]


def _locked_with_administrators(person_id: int) -> User:
    """The person, with all administrators locked: two of them cannot remove each other at the same moment."""
    list(
        User.objects.select_for_update()
        .with_role(Role.ADMINISTRATOR)
        .order_by("pk")
        .values_list("pk", flat=True)
    )
    return User.objects.select_for_update().get(pk=person_id)


def _keep_an_administrator(*, without: User) -> None:
    if not User.objects.with_role(Role.ADMINISTRATOR).exclude(pk=without.pk).exists():
        raise ValidationError("This is the last administrator. Make somebody else administrator first.")
