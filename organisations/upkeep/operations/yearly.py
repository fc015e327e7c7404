"""The yearly question: switched by an officer, asked a few organisations a day, never all at once."""

import logging
from datetime import date, datetime, timedelta

from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.utils import timezone

from organisations import operations as register
from organisations.models import Contact, Membership, Organisation
from vcse_portal import history
from vcse_portal.accounts.models import User
from vcse_portal.borough.working_days import is_working_day
from vcse_portal.search import registry as search
from vcse_portal.ui.conflict import check_version

from ..models import RecordCheck, YearlyQuestion
from .confirming import A_YEAR, ASKABLE, ask_about_record

logger = logging.getLogger(__name__)
UNCONFIRMED_AFTER = timedelta(
    days=395
)  # a year, and a month to answer; `organisations.search` sinks by the same


@transaction.atomic
def set_yearly_question(*, is_on: bool, a_day: int, version: int, by: User) -> YearlyQuestion:
    """Turn the yearly question on or off, and say how many organisations are asked on a working day."""
    YearlyQuestion.objects.get_or_create(pk=1)
    question = YearlyQuestion.objects.select_for_update().get(pk=1)
    check_version(question, version)
    with history.deed("turned on" if is_on else "turned off", by=by):
        question.is_on, question.a_day = is_on, a_day
        question.version += 1
        question.full_clean(validate_unique=False, validate_constraints=False)
        question.save(update_fields=["is_on", "a_day", "version"])
    return question


def due(today: date) -> models.QuerySet:
    """Organisations to be asked: whose day has come, or who have no day and have not confirmed within a year."""
    never = models.Q(next_confirmation_on=None) & (
        models.Q(confirmed_on=None) | models.Q(confirmed_on__lte=today - A_YEAR)
    )
    return Organisation.objects.filter(models.Q(next_confirmation_on__lte=today) | never, status__in=ASKABLE)


def unconfirmed(today: date) -> models.QuerySet:
    """Organisations of whom nobody said within thirteen months that the record is right."""
    late = models.Q(confirmed_on=None) | models.Q(confirmed_on__lt=today - UNCONFIRMED_AFTER)
    return Organisation.objects.filter(late, status__in=ASKABLE)


def reachable(found: models.QuerySet, *, is_so: bool = True) -> models.QuerySet:
    """Those with a lead or an email address: somebody to ask. With `is_so=False`, those with neither."""
    leads = Membership.objects.current().filter(organisation=models.OuterRef("pk"), role=Membership.Role.LEAD)
    contacts = Contact.objects.filter(organisation=models.OuterRef("pk"), channel=Contact.Channel.EMAIL)
    if is_so:
        return found.filter(models.Exists(leads) | models.Exists(contacts))
    return found.filter(~models.Exists(leads), ~models.Exists(contacts))


def ask_due_records(now: datetime | None = None) -> int:
    """Ask today's share of those who are due; return how many. Twice a day is the same as once.

    Nothing is sent before an officer turned it on. The day is claimed first and each organisation by itself: a
    worker that dies leaves the rest to the next working day.
    """
    now = now or timezone.now()
    today = timezone.localdate(now)
    day = YearlyQuestion.objects.filter(pk=1, is_on=True, next_run_on__lte=today)
    if not is_working_day(today) or not day.update(next_run_on=today + timedelta(days=1)):
        return 0
    share = YearlyQuestion.objects.values_list("a_day", flat=True).get(pk=1)
    # the longest unasked first; those that were never asked in an order that spreads them over the borough
    order = [models.F("next_confirmation_on").asc(nulls_last=True), models.F("pk") % 97, "pk"]
    chosen = reachable(due(today)).order_by(*order).values_list("pk", "next_confirmation_on")[:share]
    return sum(_ask(pk, seen, now) for pk, seen in list(chosen))


def _ask(organisation_id: int, seen: date | None, now: datetime) -> bool:
    try:
        return _claim_and_ask(organisation_id, seen, now)
    except Exception:  # one record's trouble must not keep the others waiting
        logger.exception("Organisation %s could not be asked about its record", organisation_id)
        return False


@transaction.atomic
def _claim_and_ask(organisation_id: int, seen: date | None, now: datetime) -> bool:
    with history.deed("asked whether it is still right"):
        claimed = Organisation.objects.filter(pk=organisation_id, next_confirmation_on=seen).update(
            next_confirmation_on=timezone.localdate(now) + A_YEAR
        )
        if claimed:
            for email, person in whom_to_ask(organisation_id):
                _ask_one(organisation_id, email, person, now)
    return bool(claimed)


def _ask_one(organisation_id: int, email: str, person: User | None, now: datetime) -> None:
    try:
        ask_about_record(organisation_id, email=email, person=person, kind=RecordCheck.Kind.YEARLY, now=now)
    except ValidationError as error:  # an address that is none, or was asked by an officer this morning
        logger.info("Organisation %s was not asked: %s", organisation_id, error.messages[0])


def whom_to_ask(organisation_id: int) -> list[tuple[str, User | None]]:
    """Its leads; without one its first email contact, published ones before others, whatever the consent to publish."""
    leads = Membership.objects.current().filter(organisation=organisation_id, role=Membership.Role.LEAD)
    people = [m.user for m in leads.select_related("user").order_by("pk") if m.user.is_active]
    if people:
        return [(person.email, person) for person in people]
    contacts = Contact.objects.filter(organisation=organisation_id, channel=Contact.Channel.EMAIL)
    published_first = models.Case(models.When(consent=Contact.Consent.YES, then=0), default=1)
    first = contacts.order_by(published_first, "pk").first()
    return [(first.value, None)] if first else []


@transaction.atomic
def sink_unconfirmed(now: datetime | None = None) -> int:
    """Bring search up to date about records whose year has run out since the last time; return how many."""
    today = timezone.localdate(now)
    question = YearlyQuestion.objects.select_for_update().filter(pk=1).first()
    if question is None:
        question = YearlyQuestion.objects.create(pk=1)
    bounds = (question.sunk_until - UNCONFIRMED_AFTER, today - UNCONFIRMED_AFTER)
    passed = Organisation.objects.filter(confirmed_on__gte=bounds[0], confirmed_on__lt=bounds[1])
    ids = list(passed.values_list("pk", flat=True))
    search.index(register.KIND, ids)
    question.sunk_until = today
    question.save(update_fields=["sunk_until"])
    return len(ids)
