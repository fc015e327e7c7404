"""The mailed link: shows the record, confirms and corrects on POST alone, once, for whom it was mailed to."""

import re
from datetime import timedelta
from html import unescape
from urllib.parse import urlsplit
from uuid import uuid4

import pytest
from django.core import mail
from django.core.exceptions import ValidationError
from django.urls import reverse
from django.utils import timezone

from organisations import operations as register
from organisations.models import Membership, Organisation
from organisations.upkeep import facts, operations
from organisations.upkeep.forms import CorrectionForm
from organisations.upkeep.models import MemberInvitation, ProposedEdit, RecordCheck
from organisations.upkeep.tokens import MEMBER, RECORD
from organisations.upkeep.views.checks import masked
from tests.factories import make_officer, make_user, make_ward
from tests.organisations.factories import make_lead, make_organisation
from tests.upkeep.factories import make_check, make_proposal
from vcse_portal.history.timeline import timeline
from vcse_portal.mail.delivery import deliver
from vcse_portal.mail.models import Delivery, Message
from vcse_portal.ui.conflict import Conflict

pytestmark = pytest.mark.django_db


@pytest.fixture
def thing():
    made = make_organisation("Weavers", summary="We weave.", address="1 Mill Lane", postcode="HA1 2AA")
    for value, consent in (("contact@example.org", "no"), ("secret.person@example.org", "no")):
        register.save_contact(made.pk, by=make_officer(), channel="email", value=value, consent=consent)
    return made


@pytest.fixture
def lead(thing):
    return make_lead(thing, name="Lea Lead")


def of_lead(thing, lead) -> RecordCheck:
    return make_check(thing, lead.email, person=lead)


def address(check, name="record_check") -> str:
    return reverse(f"upkeep:{name}", args=[RECORD.token(check=check.pk)])


def correction(thing, **changes) -> dict:
    """The form as a browser sends it back, with changes."""
    thing.refresh_from_db()
    initial = CorrectionForm.facts_of(thing) | {"key": uuid4()} | changes
    return {name: value for name, value in initial.items() if value not in (None, False, [])}


def correct(check, **changes):
    check.organisation.refresh_from_db()
    said = {"version": check.organisation.version, "said": {}} | changes
    return operations.correct_by_link(check.pk, **said)


# Operations ----------------------------------------------------------------------------------------
def test_confirm_record_by_a_lead_sets_the_day_and_the_next(sign_in, thing, lead):
    assert (
        sign_in(lead).post(reverse("upkeep:record_confirm", args=[thing.pk])).url == thing.get_absolute_url()
    )
    thing.refresh_from_db()
    today = timezone.localdate()
    assert (thing.confirmed_on, thing.next_confirmation_on) == (today, today + timedelta(days=365))
    assert (timeline(thing)[0].who, timeline(thing)[0].what) == ("Lea Lead", "Confirmed")
    assert sign_in(make_officer()).post(reverse("upkeep:record_confirm", args=[thing.pk])).status_code == 403


def test_confirm_by_link_says_in_the_history_where_it_was_mailed(thing, lead):
    check = operations.confirm_by_link(make_check(thing).pk)
    entry = timeline(thing)[0]
    assert (check.answer, check.organisation.confirmed_on) == ("confirmed", timezone.localdate())
    assert (entry.who, entry.what, entry.reason) == (
        "The portal",
        "Confirmed through a mailed link",
        "The link was mailed to contact@example.org.",
    )
    operations.confirm_by_link(of_lead(thing, lead).pk, now=timezone.now() + timedelta(days=1))
    assert (timeline(thing)[0].who, timeline(thing)[0].reason) == (
        "Lea Lead",
        "The link was mailed to Lea Lead.",
    )


def test_confirm_by_link_answers_once(thing):
    check = make_check(thing)
    operations.confirm_by_link(check.pk)
    with pytest.raises(ValidationError, match="cannot be used any more"):
        operations.confirm_by_link(check.pk)
    with pytest.raises(ValidationError, match="cannot be used any more"):
        correct(check, said={"summary": "x"})


def test_ask_about_record_is_refused_twice_a_day_and_for_a_closed_organisation(thing):
    make_check(thing)
    with pytest.raises(ValidationError, match="within the last day"):
        make_check(thing, "Contact@example.org")
    register.edit_organisation(thing.pk, version=1, by=make_officer(), status="closed")
    with pytest.raises(ValidationError, match="closed"):
        make_check(thing, "other@example.org")


def test_correct_by_link_of_a_lead_goes_live_and_verified_facts_wait(thing, lead):
    check = of_lead(thing, lead)
    proposal = correct(check, said={"summary": "We knit.", "name": "Knitters"})
    thing.refresh_from_db()
    assert (thing.summary, thing.name, thing.confirmed_on) == ("We knit.", "Weavers", timezone.localdate())
    assert (proposal.facts, proposal.proposed_by, proposal.source) == ({"name": "Knitters"}, lead, "link")
    edited = next(entry for entry in timeline(thing) if entry.what == "Edited")
    assert (edited.who, edited.reason) == ("Lea Lead", "The link was mailed to Lea Lead.")


def test_correct_by_link_of_a_contact_waits_altogether_and_counts_once_accepted(thing):
    check, officer = make_check(thing), make_officer()
    proposal = correct(check, said={"summary": "We knit.", "name": "Weavers"}, note="New phone 020 1")
    thing.refresh_from_db()
    assert (thing.summary, thing.confirmed_on, proposal.facts) == ("We weave.", None, {"summary": "We knit."})
    operations.accept_proposal(
        proposal.pk, version=1, seen=facts.fingerprint({"summary": "We weave."}), by=officer
    )
    thing.refresh_from_db()
    assert (thing.summary, thing.confirmed_on) == ("We knit.", timezone.localdate())
    decided = Message.objects.get(kind="proposal_decided")
    assert [d.email for d in decided.deliveries.all()] == ["contact@example.org"]


def test_correct_by_link_says_that_a_group_has_ended_to_an_officer(thing, lead):
    proposal = correct(of_lead(thing, lead), said={"status": "closed"})
    thing.refresh_from_db()
    assert (thing.status, proposal.facts) == ("active", {"status": "closed"})
    operations.accept_proposal(
        proposal.pk, version=1, seen=facts.fingerprint({"status": "active"}), by=make_officer()
    )
    thing.refresh_from_db()
    assert thing.status == "closed"


def test_correct_by_link_refuses_nothing_and_a_stale_record(thing):
    check = make_check(thing)
    with pytest.raises(ValidationError, match="Nothing differs"):
        correct(check, said={"summary": "We weave."})
    with pytest.raises(Conflict):
        correct(check, version=99, said={"summary": "x"})
    check.refresh_from_db()
    assert check.answered_at is None


def test_state_of_a_link_ends_with_the_mandate_or_the_contact(thing, lead):
    to_lead = of_lead(thing, lead)
    yearly = make_check(thing, kind="yearly")
    invited = make_check(thing, "named.by.officer@example.org")
    assert [operations.state_of(c) for c in (to_lead, yearly, invited)] == ["open"] * 3
    Membership.objects.filter(user=lead).update(role="representative")
    thing.contacts.filter(value="contact@example.org").delete()
    assert [operations.state_of(c) for c in (to_lead, yearly, invited)] == ["ended", "ended", "open"]
    later = timezone.now() + timedelta(days=61)
    assert operations.state_of(invited, now=later) == "expired"


# Pages ---------------------------------------------------------------------------------------------
def test_record_check_shows_the_record_without_signing_in_and_masks_other_contacts(client, thing):
    thing.ward = make_ward("Bankside")
    page = client.get(address(make_check(thing)))
    words = page.content.decode()
    assert page.status_code == 200
    shown = ("Weavers", "We weave.", "1 Mill Lane", "contact@example.org", "s…@example.org", "not published")
    assert [w for w in shown if w not in words] == []
    assert "secret.person" not in words
    assert (page["Cache-Control"], page["Referrer-Policy"]) == ("private, no-store", "strict-origin")


def test_record_check_confirms_on_post_and_thanks(client, thing):
    here = address(make_check(thing))
    page = client.post(here, follow=True)
    assert (page.status_code, "Thank you" in page.content.decode()) == (200, True)
    assert "Create an account" in page.content.decode()
    again = client.post(here)
    assert (again.status_code, "used already" in again.content.decode()) == (409, True)
    assert Organisation.objects.get(pk=thing.pk).confirmed_on == timezone.localdate()


def test_record_correct_by_a_lead_and_by_a_contact(client, thing, lead):
    said = correction(thing, summary="We knit.")
    assert client.post(address(of_lead(thing, lead), "record_correct"), said).status_code == 302
    thing.refresh_from_db()
    assert thing.summary == "We knit."
    check = make_check(thing)
    said = correction(thing, name="Knitters", website="https://knit.example")
    page = client.post(address(check, "record_correct"), said, follow=True)
    assert "An officer of the council checks them" in page.content.decode()
    assert ProposedEdit.objects.get().facts == {"name": "Knitters", "website": "https://knit.example"}
    thing.refresh_from_db()
    assert (thing.name, thing.website) == ("Weavers", "")


def test_record_correct_without_a_change_says_so_and_of_a_stale_form_is_a_conflict(client, thing):
    here = address(make_check(thing), "record_correct")
    page = client.post(here, correction(thing))
    assert page.context["form"].non_field_errors() == [
        "Nothing differs from the record. Change what is wrong, or say it in your words."
    ]
    said = correction(thing, summary="We knit.")
    register.edit_organisation(thing.pk, version=1, by=make_officer(), summary="Theirs")
    page = client.post(here, said)
    assert (page.status_code, "We knit." in page.content.decode()) == (409, True)


def test_record_correct_through_a_spent_link_shows_what_was_written_and_nothing_of_the_record(client, thing):
    here = address(make_check(thing), "record_correct")
    client.post(here, correction(thing, summary="We knit."))
    register.edit_organisation(thing.pk, version=1, by=make_officer(), known_as="Known otherwise")
    page = client.post(here, {"summary": "We sew.", "version": "x"})
    words = page.content.decode()
    assert (page.status_code, "We sew." in words, "Known otherwise" in words) == (409, True, False)


@pytest.mark.parametrize(
    ("value", "shown"),
    [("ann.b@example.org", "a…@example.org"), ("020 8000 1234", "…34"), ("x@y.z", "x…@y.z"), ("123", "…")],
)
def test_masked_shows_enough_to_recognise_ones_own(value, shown):
    assert masked(value) == shown


# F38: links forged, expired, replayed, swapped, truncated, and a gateway that opens every link ------------
def links_of_all_mail() -> list[str]:
    deliver()
    words = [m.body + " " + " ".join(content for content, _kind in m.alternatives) for m in mail.outbox]
    return sorted({unescape(u).rstrip(".,)") for w in words for u in re.findall(r"https?://[^\s\"'<>]+", w)})


def test_a_mail_gateway_that_opens_every_link_changes_nothing(client, sign_in, thing, lead):
    make_check(thing)
    of_lead(thing, lead)
    operations.invite_member(thing.pk, email="ina@example.org", role="lead", by=lead)
    make_proposal(thing, lead)
    before = _state()
    links = [urlsplit(link) for link in links_of_all_mail()]
    assert len([u for u in links if "/entry/" in u.path or "/join/" in u.path]) == 3
    openers = [client, sign_in(make_user(email="ina@example.org")), sign_in(lead)]
    for link in links:
        for opener in openers:
            for method in (opener.get, opener.head, opener.options):
                method(f"{link.path}?{link.query}", follow=True)
    assert _state() == before
    for unsafe in ("put", "patch", "delete"):
        for link in links:
            getattr(client, unsafe)(link.path)
    assert _state() == before


def _state():
    return (
        sorted(RecordCheck.objects.values_list("pk", "answered_at", "answer")),
        sorted(MemberInvitation.objects.values_list("pk", "accepted_at", "withdrawn_at")),
        sorted(Membership.objects.values_list("pk", "user", "confirmed_at", "ends_on")),
        sorted(Organisation.objects.values_list("pk", "version", "confirmed_on", "next_confirmation_on")),
        sorted(ProposedEdit.objects.values_list("pk", "status", "version")),
        Delivery.objects.count(),
    )


def test_a_link_that_is_no_link_says_what_to_do_and_changes_nothing(client, thing, lead):
    check = make_check(thing)
    invitation = operations.invite_member(thing.pk, email="ina@example.org", role="lead", by=lead)
    good = RECORD.token(check=check.pk)
    elsewhere = MEMBER.token(invitation=invitation.pk)
    broken = {
        "forged": "x" * 60,
        "truncated": good[:-5],
        "altered": good[:-2] + ("AA" if good[-2:] != "AA" else "BB"),
        "of another purpose": elsewhere,
        "a row of another": RECORD.token(invitation=invitation.pk),
    }
    before = _state()
    for what, token in broken.items():
        for name in ("record_check", "record_correct"):
            here = reverse(f"upkeep:{name}", args=[token])
            for page in (client.get(here), client.post(here)):
                assert page.status_code in (400, 404), (what, name)
                if page.status_code == 400:
                    assert "What you can do" in page.content.decode()
    swapped = client.post(reverse("upkeep:member_accept", args=[good]))
    assert swapped.status_code == 400
    assert _state() == before


def test_an_expired_link_says_so(client, thing, monkeypatch):
    check = make_check(thing)
    here = address(check)
    later = timezone.now() + timedelta(days=61)
    monkeypatch.setattr("vcse_portal.mail.tokens.timezone.now", lambda: later)
    for page in (client.get(here), client.post(here)):
        assert (page.status_code, "too old" in page.content.decode()) == (410, True)
    check.refresh_from_db()
    assert check.answered_at is None


def test_a_link_of_somebody_who_left_says_so(client, thing, lead):
    check = of_lead(thing, lead)
    Membership.objects.filter(user=lead).update(role="representative")
    for page in (client.get(address(check)), client.post(address(check))):
        assert (page.status_code, "no longer yours" in page.content.decode()) == (410, True)
    assert Organisation.objects.get(pk=thing.pk).confirmed_on is None


# Mail ----------------------------------------------------------------------------------------------
def test_record_asked_reads_well_in_both_kinds(thing, lead):
    make_check(thing, words="We met at the fair.", by=make_officer(name="Pat Officer"))
    of_lead(thing, lead)
    invited, to_lead = Message.objects.filter(kind="record_asked").order_by("pk")
    assert [w for w in ("Pat Officer", "We met at the fair.", "pass this on") if w not in invited.text] == []
    assert "pass this on" not in to_lead.text
    for message in (invited, to_lead):
        assert "See the entry" in message.html
        assert "{%" not in message.text + message.html
        assert "None" not in message.text


def test_mails_without_html_of_their_own_are_readable_html(thing, lead):
    asked = register.ask_for_membership(thing.pk, by=make_user(name="Ann <b>Bold</b>"))
    operations.decline_membership(asked.pk, reason="We do not <i>know</i> you.", by=lead)
    html = Message.objects.get(kind="membership_declined").html
    assert "<p>We do not &lt;i&gt;know&lt;/i&gt; you.</p>" in html
    assert "&lt;p&gt;" not in html
