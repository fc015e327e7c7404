"""What holds for every account, whoever writes it."""

from allauth.account.models import EmailAddress
from django.core.exceptions import ValidationError
from django.core.validators import validate_email

from vcse_portal.borough.models import Directorate

from ..models import OFFICER_ROLES, Role, User


def save_person(person: User, *fields: str) -> None:
    person.version += 1
    person.save(update_fields=[*fields, "version"])


def is_taken(email: str) -> bool:
    """Whether somebody's account has this address. A sign-up that nobody ever confirmed takes no address."""
    confirmed = EmailAddress.objects.filter(email__iexact=email, verified=True).exists()
    unconfirmed = EmailAddress.objects.filter(email__iexact=email, verified=False, user__last_login=None)
    others = User.objects.filter(email__iexact=email).exclude(pk__in=unconfirmed.values("user"))
    return confirmed or others.exists()


def clean_address(email: str) -> str:
    email = email.strip().lower()
    validate_email(email)
    return email


def clean_roles(roles, directorate: Directorate | None) -> list[str]:
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


def locked_with_administrators(person_id: int) -> User:
    """The person, with all administrators locked: two of them cannot remove each other at the same moment."""
    list(
        User.objects.select_for_update()
        .with_role(Role.ADMINISTRATOR)
        .order_by("pk")
        .values_list("pk", flat=True)
    )
    return User.objects.select_for_update().get(pk=person_id)


def keep_an_administrator(*, without: User) -> None:
    if not User.objects.with_role(Role.ADMINISTRATOR).exclude(pk=without.pk).exists():
        raise ValidationError("This is the last administrator. Make somebody else administrator first.")
