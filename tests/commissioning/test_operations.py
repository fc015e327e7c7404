"""Recording, editing, publishing, moving and withdrawing intentions."""

from datetime import date
from decimal import Decimal
from uuid import uuid4

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from commissioning.models import Intention, Stage, Status
from commissioning.operations import (
    edit_intention,
    move_stage,
    publish_intention,
    record_intention,
    withdraw_intention,
)
from tests.factories import make_officer, make_theme, make_user
from vcse_portal.history.timeline import timeline
from vcse_portal.search.models import Audience, Entry
from vcse_portal.ui.conflict import Conflict

from .factories import facts, make_draft, make_intention

pytestmark = pytest.mark.django_db


def refused(operation, *args, **kwargs) -> list[str]:
    with pytest.raises(ValidationError) as error:
        operation(*args, **kwargs)
    return error.value.messages


def test_record_intention_makes_a_draft():
    officer = make_officer("commissioning", name="Olu Officer")
    draft = record_intention(key=uuid4(), by=officer, **facts(title="Youth work", value_low=Decimal(1000)))
    assert (draft.title, draft.status, draft.stage) == ("Youth work", Status.DRAFT, Stage.EARLY_IDEA)
    assert [(e.what, e.who) for e in timeline(draft)] == [("Recorded", "Olu Officer")]


def test_record_intention_with_the_same_key_records_once():
    key, officer, known = uuid4(), make_officer("commissioning"), facts()
    first = record_intention(key=key, by=officer, **known)
    assert record_intention(key=key, by=officer, **known) == first
    assert Intention.objects.count() == 1


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"title": " "}, "Enter a title."),
        ({"summary": ""}, "Enter a summary."),
        ({"value_low": Decimal(-1)}, "A value cannot be less than £0."),
        (
            {"value_low": Decimal(2), "value_high": Decimal(1)},
            "The highest value must not be less than the lowest.",
        ),
        (
            {"expected_open_on": date(2030, 2, 1), "closes_on": date(2030, 1, 31)},
            "The closing date must not be before the opening date.",
        ),
        ({"ends_on": date(2030, 3, 31)}, "The end of the work must not be before its start."),
        ({"themes": ["no-such"]}, "Not a known theme: no-such."),
        ({"wards": ["E05999999"]}, "Not a known ward: E05999999."),
    ],
)
def test_record_intention_refuses_what_does_not_fit(changes, message):
    known = facts(**changes)
    assert refused(record_intention, key=uuid4(), by=known["lead_officer"], **known) == [message]
    assert Intention.objects.count() == 0


def test_record_intention_refuses_a_lead_who_is_no_officer():
    person = make_user(name="Ann")
    known = facts(lead_officer=person)
    assert refused(record_intention, key=uuid4(), by=person, **known) == ["Ann is not a council officer."]


def test_edit_intention_changes_a_draft_without_a_reason():
    draft = make_draft()
    edited = edit_intention(draft.pk, version=1, title="Youth clubs", by=draft.lead_officer)
    assert (edited.title, edited.version) == ("Youth clubs", 2)
    assert [e.what for e in timeline(edited)] == ["Edited", "Recorded"]


def test_edit_intention_without_a_difference_writes_nothing():
    draft = make_draft()
    assert edit_intention(draft.pk, version=1, title=draft.title, by=draft.lead_officer).version == 1
    assert len(timeline(draft)) == 1


def test_edit_intention_of_a_published_one_keeps_the_reason():
    intention = make_intention()
    reason = "Co-design took longer."
    edit_intention(
        intention.pk, version=2, starts_on=date(2030, 7, 1), reason=reason, by=intention.lead_officer
    )
    entry = timeline(intention)[0]
    assert (entry.what, entry.reason) == ("Edited", reason)
    assert [(c.label, c.old, c.new) for c in entry.changes] == [("Work starts", "2030-04-01", "2030-07-01")]


def test_edit_intention_refuses_a_published_one_without_reason():
    intention = make_intention()
    assert refused(edit_intention, intention.pk, version=2, title="Other", by=intention.lead_officer) == [
        "Enter why this changes. Everyone can read it in the history."
    ]


def test_edit_intention_refuses_to_move_the_stage_or_take_away_what_is_needed():
    intention = make_intention()
    said = {"version": 2, "reason": "Why not.", "by": intention.lead_officer}
    assert refused(edit_intention, intention.pk, stage=Stage.OPEN, **said) == [
        "A published intention is moved to another stage on its own page."
    ]
    assert refused(edit_intention, intention.pk, need="", **said) == [
        "A published intention needs what is needed and why."
    ]


def test_edit_intention_from_a_stale_page_is_a_conflict():
    draft = make_draft()
    edit_intention(draft.pk, version=1, title="First", by=draft.lead_officer)
    with pytest.raises(Conflict):
        edit_intention(draft.pk, version=1, title="Second", by=draft.lead_officer)
    assert Intention.objects.get().title == "First"


def test_edit_intention_knows_its_facts():
    draft = make_draft()
    with pytest.raises(TypeError):
        edit_intention(draft.pk, version=1, status=Status.PUBLISHED, by=draft.lead_officer)


def test_publish_intention_shows_it_with_who_and_when():
    draft = make_draft()
    officer = make_officer("commissioning", name="Olu Officer")
    published = publish_intention(draft.pk, by=officer)
    assert (published.status, published.published_by) == (Status.PUBLISHED, officer)
    assert published.published_at is not None
    assert [(e.what, e.who) for e in timeline(published)][0] == ("Published", "Olu Officer")


def test_publish_intention_names_everything_that_is_missing():
    draft = make_draft(need="", themes=[], starts_on=None)
    assert refused(publish_intention, draft.pk, by=draft.lead_officer) == [
        "Before publishing, enter what is needed and why; at least one theme; "
        "when it is expected to open, or when work starts."
    ]


def test_publish_intention_refuses_a_closing_date_that_has_passed():
    draft = make_draft(closes_on=date(2020, 1, 1))
    assert refused(publish_intention, draft.pk, by=draft.lead_officer) == [
        "The closing date has passed. Change it before publishing."
    ]


def test_publish_intention_a_second_time_is_refused():
    intention = make_intention()
    assert refused(publish_intention, intention.pk, by=intention.lead_officer) == [
        "This intention is no longer a draft."
    ]


def test_search_finds_a_draft_for_the_council_and_a_published_one_for_everyone():
    draft = make_draft(title="Canal boats")
    assert list(Entry.objects.values_list("kind", "object_id", "audience")) == [
        ("intention", draft.pk, Audience.COUNCIL)
    ]
    publish_intention(draft.pk, by=draft.lead_officer)
    assert Entry.objects.get().audience == Audience.EVERYONE


def test_move_stage_goes_on():
    intention = make_intention()
    moved = move_stage(intention.pk, stage=Stage.CO_DESIGN, version=2, by=intention.lead_officer)
    assert (moved.stage, timeline(moved)[0].what) == (Stage.CO_DESIGN, "Moved to another stage")
    assert moved.stage_moved_at is not None


def test_move_stage_back_needs_a_reason():
    intention = make_intention(stage=Stage.OPEN)
    said = {"stage": Stage.CO_DESIGN, "version": 2, "by": intention.lead_officer}
    assert refused(move_stage, intention.pk, **said) == ["Enter why it goes back to an earlier stage."]
    assert move_stage(intention.pk, reason="No bids came.", **said).stage == Stage.CO_DESIGN
    assert timeline(intention)[0].reason == "No bids came."


def test_move_stage_refuses_drafts_the_same_stage_and_stale_pages():
    draft = make_draft()
    assert refused(move_stage, draft.pk, stage=Stage.OPEN, version=1, by=draft.lead_officer) == [
        "Only a published intention moves through the stages."
    ]
    intention = make_intention()
    assert refused(
        move_stage, intention.pk, stage=Stage.EARLY_IDEA, version=2, by=intention.lead_officer
    ) == ["It is at this stage already. Select another one."]
    with pytest.raises(Conflict):
        move_stage(intention.pk, stage=Stage.OPEN, version=1, by=intention.lead_officer)


def test_withdraw_intention_keeps_it_with_its_reason():
    intention = make_intention()
    withdrawn = withdraw_intention(intention.pk, reason="No money.", by=intention.lead_officer)
    assert (withdrawn.status, withdrawn.withdrawn_reason) == (Status.WITHDRAWN, "No money.")
    assert (timeline(withdrawn)[0].what, timeline(withdrawn)[0].reason) == ("Withdrawn", "No money.")


def test_withdraw_intention_needs_a_reason_and_happens_once():
    intention = make_intention()
    officer = intention.lead_officer
    assert refused(withdraw_intention, intention.pk, reason=" ", by=officer) == ["Enter why it is withdrawn."]
    withdraw_intention(intention.pk, reason="No money.", by=officer)
    again = "This intention has been withdrawn."
    assert refused(withdraw_intention, intention.pk, reason="Really.", by=officer) == [again]
    assert refused(edit_intention, intention.pk, version=3, title="x", by=officer) == [again]


@pytest.mark.parametrize(
    "changes",
    [
        {"value_low": Decimal(2), "value_high": Decimal(1)},
        {"value_low": Decimal(-1)},
        {"expected_open_on": date(2030, 2, 1), "closes_on": date(2030, 1, 1)},
        {"starts_on": date(2030, 2, 1), "ends_on": date(2030, 1, 1)},
        {"published_at": "2026-01-01T00:00Z"},
        {"status": Status.PUBLISHED},
        {"status": Status.WITHDRAWN},
    ],
)
def test_database_refuses_what_does_not_fit(changes):
    draft = make_draft()
    with pytest.raises(IntegrityError), transaction.atomic():
        Intention.objects.filter(pk=draft.pk).update(**changes)


def test_value_words_say_what_is_known():
    said = {
        (low, high): Intention(value_low=low, value_high=high).value_words
        for low, high in [(None, None), (1000, None), (None, 5000), (1000, 1000), (1000, Decimal("5000.50"))]
    }
    assert list(said.values()) == ["", "From £1,000", "Up to £5,000", "£1,000", "£1,000 to £5,000.50"]


def test_check_codes_keeps_codes_that_are_no_longer_current():
    theme = make_theme("Old theme", is_current=False)
    assert make_draft(themes=[theme.code]).themes == ["old-theme"]
