"""The people and reference data every room's tests start from: plain functions, real rows, sensible defaults."""

from itertools import count

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from django.utils.text import slugify

from vcse_portal.accounts.models import Role, User
from vcse_portal.borough.models import Community, Directorate, Outcome, Support, Theme, Ward

PASSWORD = "a-long-walk-by-the-canal"  # noqa: S105
numbers = count(1)


def make_user(roles=(), *, password: str | None = None, **fields) -> User:
    """An active account with a verified address. Give `password=PASSWORD` only where a test types one."""
    number = next(numbers)
    fields.setdefault("name", f"Person {number}")
    email = fields.pop("email", f"person{number}@example.org")
    user = User.objects.create_user(email, password, roles=[str(r) for r in roles], **fields)
    EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
    return user


def make_officer(role: str = Role.PARTNERSHIPS, *more_roles: str, **fields) -> User:
    """An officer in a directorate, with one role or several."""
    number = next(numbers)
    fields.setdefault("name", f"Officer {number}")
    fields.setdefault("email", f"officer{number}@council.example")
    fields.setdefault("post", "Officer")
    if "directorate" not in fields:
        fields["directorate"] = make_directorate()
    return make_user([role, *more_roles], **fields)


def make_administrator(*more_roles: str, **fields) -> User:
    """An administrator who has a second factor, so that `client.force_login` opens every page."""
    user = make_officer(Role.ADMINISTRATOR, *more_roles, **fields)
    give_second_factor(user)
    return user


def make_councillor(**fields) -> User:
    number = next(numbers)
    fields.setdefault("name", f"Councillor {number}")
    fields.setdefault("email", f"councillor{number}@council.example")
    return make_user([Role.COUNCILLOR], **fields)


def give_second_factor(user: User) -> Authenticator:
    """An authenticator app and recovery codes, as if the person had set them up."""
    authenticator = TOTP.activate(user, generate_totp_secret()).instance
    RecoveryCodes.activate(user)
    return authenticator


def make_directorate(name: str = "", **fields) -> Directorate:
    return _listed(Directorate, name, fields)


def make_support(name: str = "", **fields) -> Support:
    return _listed(Support, name, fields)


def make_theme(name: str = "", **fields) -> Theme:
    return _listed(Theme, name, fields)


def make_community(name: str = "", **fields) -> Community:
    return _listed(Community, name, fields)


def make_outcome(name: str = "", **fields) -> Outcome:
    return _listed(Outcome, name, fields)


def make_ward(name: str = "", **fields) -> Ward:
    number = next(numbers)
    fields.setdefault("code", f"E05{number:06d}")
    return Ward.objects.create(name=name or f"Ward {number}", **fields)


def _listed(model, name: str, fields: dict):
    name = name or f"{model.__name__} {next(numbers)}"
    fields.setdefault("code", slugify(name))
    return model.objects.create(name=name, **fields)
