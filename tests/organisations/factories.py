"""Organisations and the people who speak for them."""

from itertools import count

from django.utils import timezone

from organisations import operations
from organisations.models import Membership, Organisation
from tests.factories import make_officer, make_user

numbers = count(1)


def make_organisation(name: str = "", *, by=None, **facts) -> Organisation:
    """On the register through the operation, so that search knows it."""
    return operations.add_organisation(by=by, name=name or f"Organisation {next(numbers)}", **facts)


def make_member(organisation: Organisation, role: str = Membership.Role.REPRESENTATIVE, **user_fields):
    """A person with a confirmed mandate from today."""
    user = make_user(**user_fields)
    Membership.objects.create(
        organisation=organisation,
        user=user,
        role=role,
        starts_on=timezone.localdate(),
        confirmed_at=timezone.now(),
        confirmed_by=make_officer(),
    )
    return user


def make_lead(organisation: Organisation, **user_fields):
    return make_member(organisation, Membership.Role.LEAD, **user_fields)
