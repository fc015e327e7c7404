"""Who speaks for an organisation: invited without telling who has an account, decided, dated, handed over."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from organisations import operations as register
from organisations.models import Membership, Organisation
from organisations.upkeep import operations, permissions
from organisations.upkeep.models import MemberInvitation
from organisations.upkeep.operations.leads import leaderless
from organisations.upkeep.tokens import MEMBER
from tests.factories import make_councillor, make_officer, make_user
from tests.organisations.factories import make_lead, make_member, make_organisation
from vcse_portal.accounts.models import User
from vcse_portal.history.timeline import timeline
from vcse_portal.mail.models import Delivery, Message

pytestmark = pytest.mark.django_db


@pytest.fixture
def thing():
    return make_organisation("Weavers")


@pytest.fixture
def lead(thing):
    return make_lead(thing, name="Lea Lead")


def mailed(kind) -> list[str]:
    return sorted(Delivery.objects.filter(message__kind=kind).values_list("email", flat=True))


def officers() -> list[str]:
    return sorted(person.email for person in User.objects.with_role("partnerships"))


def of(user, thing) -> Membership:
    return thing.memberships.get(user=user)


def day(name: str, value) -> dict:
    return {f"{name}_0": value.day, f"{name}_1": value.month, f"{name}_2": value.year}


# Inviting ------------------------------------------------------------------------------------------
def link_in(message) -> str:
    return next(line for line in message.text.splitlines() if "/join/" in line)


def test_invite_member_looks_the_same_with_and_without_an_account(sign_in, thing, lead):
    make_user(email="known@example.org")
    client, address = sign_in(lead), reverse("upkeep:member_invite", args=[thing.pk])
    client.post(
        address, {"email": "first@example.org", "role": "representative"}, follow=True
    )  # fills caches
    answers, queries = {}, []
    for email in ("known@example.org", "nobody@example.org"):
        said = {"email": email, "role": "representative", "key": str(uuid4())}
        with CaptureQueriesContext(connection) as captured:
            page = client.post(address, said, follow=True)
        queries.append(len(captured))
        answers[email] = (page.status_code, [str(m) for m in page.context["messages"]])
    words = "An invitation is on its way to {}. It is listed below until they answer."
    assert answers == {email: (200, [words.format(email)]) for email in answers}
    assert queries[0] == queries[1]  # the same work, so the same time
    assert mailed("member_invited") == ["first@example.org", "known@example.org", "nobody@example.org"]
    texts = [
        m.text.replace(link_in(m), "") for m in Message.objects.filter(kind="member_invited").order_by("pk")
    ]
    assert len(set(texts)) == 1
    assert thing.memberships.count() == 1  # nobody was added


def test_invite_member_twice_replaces_the_first_and_a_double_click_mails_once(thing, lead):
    key = uuid4()
    said = {"email": "a@example.org", "role": "lead", "by": lead}
    for _click in range(2):
        operations.invite_member(thing.pk, key=key, **said)
    assert mailed("member_invited") == ["a@example.org"]
    operations.invite_member(thing.pk, **said)
    assert [i.state() for i in MemberInvitation.objects.order_by("pk")] == ["withdrawn", "open"]


def test_invite_member_is_refused_for_a_closed_organisation(thing, lead):
    register.edit_organisation(thing.pk, version=1, by=make_officer(), status="closed")
    with pytest.raises(ValidationError, match="has closed"):
        operations.invite_member(thing.pk, email="a@example.org", role="lead", by=lead)


def test_name_member_adds_at_once_for_an_officer_who_knows_every_account(sign_in, thing):
    person, officer = make_user(), make_officer()
    client, address = sign_in(officer), reverse("upkeep:member_invite", args=[thing.pk])
    client.post(address, {"email": person.email.upper(), "role": "lead"})
    assert list(Organisation.objects.led_by(person)) == [thing]
    client.post(address, {"email": "new@example.org", "role": "lead"})
    assert mailed("member_invited") == ["new@example.org"]
    page = client.post(address, {"email": make_councillor().email, "role": "lead"})
    assert list(page.context["form"].errors) == ["email"]


def test_accept_invitation_by_the_address_it_was_mailed_to(thing, lead):
    person = make_user(email="ina@example.org")
    invitation = operations.invite_member(thing.pk, email="Ina@example.org", role="lead", by=lead)
    membership = operations.accept_invitation(invitation.pk, by=person)
    assert (membership.user, membership.role, membership.confirmed_by) == (person, "lead", lead)
    invitation.refresh_from_db()
    assert invitation.membership == membership
    with pytest.raises(ValidationError, match="already been accepted"):
        operations.accept_invitation(invitation.pk, by=person)


def test_accept_invitation_is_refused(thing, lead):
    def invite(email):
        return operations.invite_member(thing.pk, email=email, role="lead", by=lead)

    officer, person = make_officer(), make_user(email="ina@example.org")
    for email, by, words in [
        ("ina@example.org", make_user(), "another email address"),
        (officer.email, officer, "Council accounts"),
    ]:
        with pytest.raises(ValidationError, match=words):
            operations.accept_invitation(invite(email).pk, by=by)
    late = invite("ina@example.org")
    with pytest.raises(ValidationError, match="expired"):
        operations.accept_invitation(late.pk, by=person, now=timezone.now() + timedelta(days=15))
    Membership.objects.filter(user=lead).update(role="representative")
    with pytest.raises(ValidationError, match="no longer speaks"):
        operations.accept_invitation(late.pk, by=person)
    operations.withdraw_invitation(late.pk, by=officer)
    with pytest.raises(ValidationError, match="withdrawn"):
        operations.accept_invitation(late.pk, by=person)
    assert thing.memberships.exclude(user=lead).count() == 0


def test_member_accept_page_for_visitor_owner_and_another(client, sign_in, thing, lead):
    invitation = operations.invite_member(thing.pk, email="ina@example.org", role="lead", by=lead)
    address = reverse("upkeep:member_accept", args=[MEMBER.token(invitation=invitation.pk)])
    page = client.get(address)
    assert f"?next={address}" in page.content.decode()
    assert page["Cache-Control"] == "private, no-store"
    another = sign_in(make_user()).post(address)
    assert "mailed to another address" in another.content.decode()
    assert thing.memberships.count() == 1
    owner = sign_in(make_user(email="ina@example.org"))
    assert "Yes, I speak for it" in owner.get(address).content.decode()
    assert owner.post(address).url == thing.get_absolute_url()
    again = owner.get(address)
    assert (again.status_code, "has been accepted" in again.content.decode()) == (410, True)


def test_invitations_are_listed_and_withdrawn(sign_in, thing, lead):
    invitation = operations.invite_member(thing.pk, email="ina@example.org", role="lead", by=lead)
    address = reverse("upkeep:invitation_withdraw", args=[invitation.pk])
    people = reverse("organisations:people", args=[thing.pk])
    assert "ina@example.org" in sign_in(lead).get(people).content.decode()
    outsider = make_lead(make_organisation())
    assert sign_in(outsider).post(address).status_code == 404
    assert sign_in(make_councillor()).post(address).status_code == 403
    assert sign_in(lead).post(address).url == people
    assert "ina@example.org" not in sign_in(lead).get(people).content.decode()


# Deciding ------------------------------------------------------------------------------------------
def test_decline_membership_mails_the_reason_and_stays_on_record(thing, lead):
    asked = register.ask_for_membership(thing.pk, by=make_user())
    operations.decline_membership(asked.pk, reason="We do not know you.", by=lead)
    asked.refresh_from_db()
    assert (asked.confirmed_at, asked.ends_on) == (None, timezone.localdate())
    assert mailed("membership_declined") == [asked.user.email]
    assert "We do not know you." in Message.objects.get(kind="membership_declined").text
    entry = timeline(asked)[0]
    assert (entry.what, entry.reason) == ("Declined", "We do not know you.")
    with pytest.raises(ValidationError):
        operations.decline_membership(asked.pk, reason="Again.", by=lead)


@pytest.mark.parametrize("decision", ["representative", "lead"])
def test_membership_decide_confirms_in_the_chosen_role(sign_in, thing, lead, decision):
    asked = register.ask_for_membership(thing.pk, by=make_user())
    address = reverse("upkeep:membership_decide", args=[asked.pk])
    assert sign_in(asked.user).post(address, {"decision": "lead"}).status_code == 403
    assert sign_in(make_user()).get(address).status_code == 404
    page = sign_in(lead).post(address, {"decision": "decline", "reason": ""})
    assert list(page.context["form"].errors) == ["reason"]
    assert sign_in(lead).post(address, {"decision": decision}).status_code == 302
    asked.refresh_from_db()
    assert (asked.role, asked.confirmed_by) == (decision, lead)
    late = sign_in(make_officer()).post(address, {"decision": "decline", "reason": "x"})
    assert (late.status_code, "Lea Lead" in late.content.decode()) == (409, True)


# Dates and leaving ---------------------------------------------------------------------------------
def test_change_membership_sets_role_and_dates_with_history(thing, lead):
    person, today = make_member(thing), timezone.localdate()
    until = today + timedelta(days=90)
    operations.change_membership(
        of(person, thing).pk, role="lead", starts_on=today - timedelta(9), ends_on=until, by=lead
    )
    changed = of(person, thing)
    assert (changed.role, changed.ends_on) == ("lead", until)
    assert timeline(changed)[0].what == "Mandate changed"
    assert Organisation.objects.led_by(person).exists()


def test_change_membership_is_refused(thing, lead):
    today, officer = timezone.localdate(), make_officer()
    only = of(lead, thing)
    for facts, words in [
        ({"role": "representative", "starts_on": today, "ends_on": None}, "only lead"),
        ({"role": "lead", "starts_on": today, "ends_on": today + timedelta(3)}, "only lead"),
        ({"role": "lead", "starts_on": today, "ends_on": today - timedelta(3)}, "before they began"),
    ]:
        with pytest.raises(ValidationError, match=words):
            operations.change_membership(only.pk, by=officer, **facts)
    asked = register.ask_for_membership(thing.pk, by=make_user())
    with pytest.raises(ValidationError, match="not been confirmed"):
        operations.change_membership(asked.pk, role="lead", starts_on=today, ends_on=None, by=officer)


def test_leave_of_one_of_two_leads_asks_nobody(thing, lead):
    other = make_lead(thing)
    operations.leave(of(other, thing).pk, ends_on=timezone.localdate(), by=lead)
    assert mailed("membership_ended") == [other.email]
    assert mailed("left_without_lead") == []
    assert of(other, thing).ends_on == timezone.localdate()  # stays on record


def test_leave_of_the_only_lead_hands_over_to_a_member(thing, lead):
    successor = make_member(thing, name="Sue Successor")
    operations.leave(
        of(lead, thing).pk, ends_on=timezone.localdate(), by=lead, successor_id=of(successor, thing).pk
    )
    assert list(Organisation.objects.led_by(successor)) == [thing]
    assert (mailed("lead_handed_over"), mailed("left_without_lead")) == ([successor.email], [])
    assert timeline(of(successor, thing))[0].what == "Took over as lead"


def test_leave_of_the_only_lead_invites_a_successor_whose_link_holds_though_they_are_gone(thing, lead):
    operations.leave(
        of(lead, thing).pk, ends_on=timezone.localdate(), by=lead, successor_email="new@example.org"
    )
    assert mailed("left_without_lead") == officers()
    assert "new@example.org" in Message.objects.get(kind="left_without_lead").text
    person = make_user(email="new@example.org")
    operations.accept_invitation(MemberInvitation.objects.get().pk, by=person)
    assert list(Organisation.objects.led_by(person)) == [thing]


def test_leave_of_the_only_lead_without_a_successor_tells_the_officers(thing, lead):
    operations.leave(of(lead, thing).pk, ends_on=timezone.localdate(), by=lead)
    assert mailed("left_without_lead") == officers()
    assert [m.user for m in leaderless(timezone.localdate())] == [lead]
    make_lead(thing)
    assert list(leaderless(timezone.localdate())) == []


def test_leave_is_refused(thing, lead):
    today = timezone.localdate()
    outsider = of(make_member(other := make_organisation()), other)
    with pytest.raises(ValidationError, match="before they began"):
        operations.leave(of(lead, thing).pk, ends_on=today - timedelta(1), by=lead)
    with pytest.raises(ValidationError, match="speaks for the organisation today"):
        operations.leave(of(lead, thing).pk, ends_on=today, by=lead, successor_id=outsider.pk)
    operations.leave(of(lead, thing).pk, ends_on=today, by=lead)
    with pytest.raises(ValidationError, match="already ended"):
        operations.leave(of(lead, thing).pk, ends_on=today, by=lead)


def test_membership_end_page_asks_the_only_lead_who_takes_over(sign_in, thing, lead):
    successor, today = make_member(thing), timezone.localdate()
    client, address = sign_in(lead), reverse("upkeep:membership_end", args=[of(lead, thing).pk])
    page = client.get(address)
    assert page.context["is_only_lead"] is True
    assert of(lead, thing).ends_on is None
    page = client.post(address, day("ends_on", today))
    assert list(page.context["form"].errors) == ["successor"]
    page = client.post(address, day("ends_on", today) | {"successor": "email", "successor_email": ""})
    assert list(page.context["form"].errors) == ["successor_email"]
    said = day("ends_on", today) | {"successor": of(successor, thing).pk}
    assert client.post(address, said).url == thing.get_absolute_url()
    assert (of(lead, thing).ends_on, of(successor, thing).role) == (today, "lead")


def test_permissions_of_a_membership(thing, lead):
    member = make_member(thing)
    membership = of(member, thing)
    people = {
        "themselves": member,
        "lead": lead,
        "representative": make_member(thing),
        "lead of another": make_lead(make_organisation()),
        "partnerships": make_officer(),
        "property": make_officer("property"),
        "councillor": make_councillor(),
    }
    asked = {
        "invites": lambda u: permissions.can_invite_member(u, thing),
        "edits": lambda u: permissions.can_edit_membership(u, membership),
        "edits the lead's": lambda u: permissions.can_edit_membership(u, of(lead, thing)),
    }
    yes = {what: sorted(n for n, user in people.items() if can(user) is True) for what, can in asked.items()}
    assert yes == {
        "invites": ["lead", "partnerships"],
        "edits": ["lead", "partnerships"],
        "edits the lead's": ["partnerships"],
    }


def test_membership_pages_by_person(sign_in, thing, lead):
    member = make_member(thing)
    pages = {
        name: reverse(f"upkeep:membership_{name}", args=[of(member, thing).pk]) for name in ("edit", "end")
    }
    people = {
        "themselves": (member, (403, 200)),
        "lead": (lead, (200, 200)),
        "outsider": (make_user(), (404, 404)),
        "partnerships": (make_officer(), (200, 200)),
        "councillor": (make_councillor(), (403, 403)),
    }
    for who, (user, expected) in people.items():
        client = sign_in(user)
        assert tuple(client.get(pages[n]).status_code for n in ("edit", "end")) == expected, who


def test_membership_end_of_a_request_leads_to_where_it_is_decided(sign_in, thing, lead):
    asked = register.ask_for_membership(thing.pk, by=make_user())
    address = reverse("upkeep:membership_end", args=[asked.pk])
    assert sign_in(lead).get(address).url == reverse("upkeep:membership_decide", args=[asked.pk])
    assert sign_in(asked.user).post(address, day("ends_on", timezone.localdate())).url == reverse(
        "organisations:mine"
    )
    asked.refresh_from_db()
    assert asked.ends_on is None
