"""Made-up people to sign in as. They share one password, drawn at random for each installation."""

import secrets
from dataclasses import dataclass

from django.conf import settings

from organisations import operations
from organisations.models import Membership, Organisation
from vcse_portal.accounts.models import Role, User
from vcse_portal.accounts.operations import open_account
from vcse_portal.borough.models import Directorate

from .content import read

DOMAIN = "alderbrook.example"


@dataclass(frozen=True)
class SignIn:
    email: str
    who: str


def password() -> str:
    """The demo people's password: made once, kept in the local folder, printed at each start."""
    kept = settings.LOCAL_DIR / "demo_password"
    if not kept.exists():
        kept.parent.mkdir(parents=True, exist_ok=True)
        kept.touch(mode=0o600)
        kept.write_text(secrets.token_urlsafe(12))
    return kept.read_text().strip()


def council_people() -> dict[str, User]:
    """Officers and councillors by the first part of their address."""
    content, secret = read("people"), password()
    directorates = {d.code: d for d in Directorate.objects.all()}
    people = {
        key: open_account(
            email=f"{key}@{DOMAIN}",
            name=name,
            post=post,
            directorate=directorates[directorate],
            roles=roles,
            password=secret,
        )
        for key, name, post, directorate, roles in content["officers"]
    }
    for key, name, post in content["councillors"]:
        people[key] = open_account(
            email=f"{key}@{DOMAIN}", name=name, post=post, roles=[Role.COUNCILLOR], password=secret
        )
    return people


def members(officer: User) -> dict[str, User]:
    """People who speak for organisations, confirmed by the partnerships officer."""
    secret, people = password(), {}
    for key, name, role, organisation in read("people")["members"]:
        people[key] = open_account(email=f"{key}@sector.example", name=name, password=secret)
        operations.add_membership(
            Organisation.objects.get(name=organisation).pk,
            people[key].pk,
            role=Membership.Role(role),
            by=officer,
        )
    return people


def sign_ins() -> list[SignIn]:
    """Who can sign in, for the start-up message; empty when this is no demo borough."""
    content = read("people")
    found = set(User.objects.active().values_list("email", flat=True))
    everyone = [
        (f"{k}@{DOMAIN}", f"{n}, {p}") for k, n, p, *_ in [*content["officers"], *content["councillors"]]
    ]
    everyone += [(f"{k}@sector.example", f"{n}, {role} of {o}") for k, n, role, o in content["members"]]
    newcomers = read("upkeep")["registrations"]
    everyone += [(f"{n['key']}@sector.example", f"{n['person']}, registering {n['name']}") for n in newcomers]
    return [SignIn(email, who) for email, who in everyone if email in found]
