"""Groups that register, changes that wait for an officer, and records that were confirmed."""

from datetime import date, datetime, timedelta

from organisations import operations as register
from organisations.models import Organisation
from organisations.upkeep import operations
from vcse_portal.accounts.models import User
from vcse_portal.accounts.operations import open_account
from vcse_portal.borough.codes import names

from .content import read
from .people import password


def keep(people: dict[str, User], now: datetime) -> None:
    content, officer = read("upkeep"), people["partnerships"]
    for key, days in content["confirmed"]:
        operations.confirm_record(_led_by(people[key]).pk, by=people[key], now=now - timedelta(days=days))
    _reached_and_confirmed(officer, now)
    newcomers = {each["key"]: _registered(each, officer, now) for each in content["registrations"]}
    key, name = content["draft"]
    operations.start_registration(name=name, by=newcomers[key])
    key, name = content["asked"]
    register.ask_for_membership(
        Organisation.objects.get(name=name).pk, by=newcomers[key], today=_days_ago(now, 2)
    )
    for key, note, said in content["proposals"]:
        operations.propose_facts(_led_by(people[key]).pk, said=said, note=note, by=people[key])
    _edited_since(content["moved"], people, officer)
    key, email, role = content["invited"]
    operations.invite_member(_led_by(people[key]).pk, email=email, role=role, by=people[key], now=now)
    key, words = content["asked_to_check"]
    lead = people[key]
    operations.ask_about_record(
        _led_by(lead).pk, email=lead.email, person=lead, words=words, by=officer, now=now
    )


def _reached_and_confirmed(officer: User, now: datetime) -> None:
    """Every fiftieth organisation has an address; most of those answered, some more than a year ago."""
    chosen = Organisation.objects.filter(contacts=None, confirmed_on=None).order_by("pk")[::50]
    for number, organisation in enumerate(chosen):
        register.save_contact(
            organisation.pk,
            by=officer,
            channel="email",
            value=f"group{organisation.pk}@sector.example",
            consent=("yes", "no", "unknown")[number % 3],
        )
        if number % 4:
            operations.confirm_record(organisation.pk, by=officer, now=now - timedelta(days=number * 47))


def _registered(each: dict, officer: User, now: datetime) -> User:
    person = open_account(email=f"{each['key']}@sector.example", name=each["person"], password=password())
    draft = operations.start_registration(name=each["name"], by=person)
    answers = {name: each[name] for name in ("summary", "post", "email", "is_email_public", "known_as")}
    themes = [code for code in each["themes"] if code in names("theme")]
    operations.answer_registration(
        draft.pk, by=person, legal_structure=each["structure"], themes=themes, **answers
    )
    operations.send_registration(draft.pk, by=person, now=now - timedelta(days=each["days"]))
    if reason := each.get("declined"):
        operations.decline_registration(draft.pk, reason=reason, by=officer, now=now)
    return person


def _edited_since(moved: list, people: dict[str, User], officer: User) -> None:
    """An officer changed one of the proposed facts meanwhile: the page then shows three versions."""
    key, facts = moved
    organisation = _led_by(people[key])
    register.edit_organisation(organisation.pk, version=organisation.version, by=officer, **facts)


def _led_by(person: User) -> Organisation:
    return Organisation.objects.led_by(person).get()


def _days_ago(now: datetime, days: int) -> date:
    return (now - timedelta(days=days)).date()
