"""Who keeps a relationship, who is champion, and what happens when an officer moves on."""

from dataclasses import dataclass
from datetime import date

from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.utils import timezone

from organisations.models import Organisation
from vcse_portal import history
from vcse_portal.accounts.models import User
from vcse_portal.borough.models import Directorate
from vcse_portal.ui.conflict import Conflict

from .. import emails
from ..models import Champion, FollowUp, QuietRule, RelationshipManager


@dataclass(frozen=True)
class HandedOver:
    organisations: list[Organisation]
    follow_ups: int


@transaction.atomic
def name_manager(
    organisation_id: int,
    *,
    officer: User | None,
    by: User,
    starts_on: date | None = None,
    seen: int | None = None,
    today: date | None = None,
) -> RelationshipManager | None:
    """From `starts_on` this officer keeps the relationship, and nobody else; None: nobody does.

    The officer and the organisation's leads are told. Naming the one who keeps it already changes nothing.
    `seen` is the open term the person was shown (0: none); raises Conflict when it is another by now.
    """
    organisation = Organisation.objects.select_for_update().get(pk=organisation_id)
    starts_on = _first_day(starts_on, today)
    if organisation.status in (Organisation.Status.CLOSED, Organisation.Status.MERGED) and officer:
        raise ValidationError("This organisation has closed.")
    terms = organisation.relationship_managers
    with history.deed("named the relationship manager", by=by):
        new = _succeed(terms, officer, starts_on, seen, organisation=organisation)
    if new:
        emails.manager_named(new, by=by)
        emails.contact_changed(new)
    return new or terms.open().first()


@transaction.atomic
def name_champion(
    directorate_id: int,
    *,
    officer: User | None,
    by: User,
    starts_on: date | None = None,
    seen: int | None = None,
    today: date | None = None,
) -> Champion | None:
    """From `starts_on` this officer is the directorate's champion, named in public; None: nobody is."""
    directorate = Directorate.objects.select_for_update().get(pk=directorate_id)
    terms = Champion.objects.filter(directorate=directorate)
    with history.deed("named the champion", by=by):
        new = _succeed(terms, officer, _first_day(starts_on, today), seen, directorate=directorate)
    if new:
        emails.champion_named(new, by=by)
    return new or terms.open().first()


@transaction.atomic
def hand_over(
    from_id: int, to_id: int, *, by: User, with_followups: bool = True, today: date | None = None
) -> HandedOver:
    """An officer moves on: another takes over all relationships and, if wanted, everything still to be done.

    The successor gets one mail with the list, each organisation's leads one that says who their contact is now.
    """
    today = today or timezone.localdate()
    people = User.objects.in_bulk([from_id, to_id])
    before, after = people[from_id], people[to_id]
    if before == after:
        raise ValidationError({"officer": "Select somebody else."})
    _check_officer(after)
    held = RelationshipManager.objects.open().filter(officer=before).select_related("organisation")
    held = list(held.select_for_update(of=("self",)).order_by("organisation__name_sort"))
    todo = FollowUp.objects.filter(owner=before, done_at=None) if with_followups else FollowUp.objects.none()
    if not held and not todo.exists():
        raise ValidationError(f"{before} has nothing to hand over.")
    with history.deed("handed over", by=by, reason=f"{before} to {after}"):
        new = [_take_over(term, after, today) for term in held]
        moved = todo.update(owner=after, version=models.F("version") + 1)
    for term in new:
        emails.contact_changed(term)
    done = HandedOver([term.organisation for term in new], moved)
    emails.relationships_handed_over(before, after, done, today=today)
    return done


@transaction.atomic
def set_quiet_months(months: int, *, by: User, today: date | None = None) -> QuietRule:
    """From today an organisation counts as quiet after so many months."""
    rule = QuietRule(months=months, effective_from=today or timezone.localdate(), set_by=by)
    rule.full_clean()
    if QuietRule.objects.months_on(rule.effective_from) == months:
        raise ValidationError({"months": "It is so many months already."})
    with history.deed("set", by=by):
        rule.save()
    return rule


def _take_over(term: RelationshipManager, officer: User, today: date) -> RelationshipManager:
    _end(term, max(today, term.starts_on))
    return RelationshipManager.objects.create(
        organisation=term.organisation, officer=officer, starts_on=term.ends_on
    )


def _succeed(terms, officer: User | None, starts_on: date, seen: int | None, **of):
    """End the open term and begin the next; None when the officer holds it already, or nobody is to."""
    held = terms.open().select_for_update().first()
    if seen is not None and seen != (held.pk if held else 0):
        raise Conflict
    if held and officer and held.officer_id == officer.pk:
        return None
    if officer:
        _check_officer(officer)
    last = max((term.ends_on or term.starts_on for term in terms.all()), default=None)
    if last and starts_on < last:
        raise ValidationError({"starts_on": "That is before the one before began or ended."})
    if held:
        _end(held, starts_on)
    return terms.model.objects.create(officer=officer, starts_on=starts_on, **of) if officer else None


def _end(term, day: date) -> None:
    term.ends_on = day
    term.save(update_fields=["ends_on"])


def _first_day(starts_on: date | None, today: date | None) -> date:
    today = today or timezone.localdate()
    if starts_on and starts_on > today:
        raise ValidationError({"starts_on": "The day must be today or earlier."})
    return starts_on or today


def _check_officer(officer: User) -> None:
    if not officer.is_officer:
        raise ValidationError({"officer": f"{officer} is not a council officer."})
