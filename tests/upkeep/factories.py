"""Registrations, proposals and links, made by the operations."""

from organisations.upkeep import operations
from organisations.upkeep.models import ProposedEdit, RecordCheck, Registration
from tests.factories import make_officer, make_user


def make_draft(name: str = "Ashfield Choir", *, person=None, **answers) -> Registration:
    person = person or make_user()
    draft = operations.start_registration(name=name, by=person)
    answers = {"summary": "We sing.", "post": "Secretary", **answers}
    return operations.answer_registration(draft.pk, by=person, **answers)


def make_sent(name: str = "Ashfield Choir", *, person=None, **answers) -> Registration:
    draft = make_draft(name, person=person, **answers)
    return operations.send_registration(draft.pk, by=draft.person)


def make_proposal(organisation, lead, note: str = "", **said) -> ProposedEdit:
    return operations.propose_facts(organisation.pk, said=said or {"name": "New name"}, note=note, by=lead)


def make_check(organisation, email: str = "contact@example.org", **facts) -> RecordCheck:
    return operations.ask_about_record(
        organisation.pk, email=email, by=facts.pop("by", None) or make_officer(), **facts
    )
