"""Opening, naming, closing accounts, and what they may do."""

from allauth.account.models import EmailAddress
from django.core.exceptions import ValidationError
from django.db import transaction

from vcse_portal import history
from vcse_portal.borough.models import Directorate
from vcse_portal.ui.conflict import check_version

from .. import emails
from ..models import Role, User
from .rules import (
    clean_address,
    clean_roles,
    is_taken,
    keep_an_administrator,
    locked_with_administrators,
    save_person,
)


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
    email, roles = clean_address(email), clean_roles(roles, directorate)
    if is_taken(email):
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
def rename_person(person_id: int, *, name: str, post: str, version: int | None = None, by: User) -> User:
    """Change the name and job title others see. Raises Conflict when someone else saved since `version`."""
    person = User.objects.select_for_update().get(pk=person_id)
    check_version(person, version)
    if not name.strip():
        raise ValidationError("Enter a name.")
    with history.deed("renamed", by=by):
        person.name, person.post = name.strip(), post.strip()
        save_person(person, "name", "post")
    return person


@transaction.atomic
def change_roles(
    person_id: int, *, roles, directorate: Directorate | None, version: int | None = None, by: User | None
) -> User:
    """Set what a person may do and where they work, and tell them.

    Losing a role ends the person's sessions at once. Nobody takes the administrator role from themselves,
    and one administrator always remains. `version` is the one the form was made from.
    """
    person = locked_with_administrators(person_id)
    check_version(person, version)
    roles = clean_roles(roles, directorate)
    if not person.is_active:
        raise ValidationError("This account is closed. Open it again before changing its roles.")
    lost = set(person.roles) - set(roles)
    if Role.ADMINISTRATOR in lost:
        if by is not None and by.pk == person.pk:
            raise ValidationError(
                "You cannot take the administrator role from yourself. Ask another administrator."
            )
        keep_an_administrator(without=person)
    if roles == person.roles and directorate == person.directorate:
        return person
    told = set(roles) != set(person.roles)
    with history.deed("changed roles", by=by):
        person.roles, person.directorate = roles, directorate
        person.session_epoch += 1 if lost else 0
        save_person(person, "roles", "directorate", "session_epoch")
        if told:
            emails.roles_changed(person, by=by)
    return person


@transaction.atomic
def deactivate_person(person_id: int, *, reason: str = "", by: User) -> User:
    """Close an account: its sessions end at once, nobody can sign in to it, what it did stays on record."""
    person = locked_with_administrators(person_id)
    if not person.is_active:
        raise ValidationError("This account is already closed.")
    if by.pk == person.pk:
        raise ValidationError("You cannot close your own account. Ask another administrator.")
    if Role.ADMINISTRATOR in person.roles:
        keep_an_administrator(without=person)
    with history.deed("closed account", by=by, reason=reason.strip()):
        person.is_active = False
        person.session_epoch += 1
        save_person(person, "is_active", "session_epoch")
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
        save_person(person, "is_active")
        emails.account_opened_again(person)
    return person
