"""Each deed: what it does, what it refuses, what history keeps, which mail it sends."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier

import pytest
from allauth.account.models import EmailAddress
from django.core.exceptions import ValidationError
from django.db import connection
from django.utils import timezone

from tests.factories import (
    make_administrator,
    make_councillor,
    make_directorate,
    make_officer,
    make_user,
)
from vcse_portal.accounts import operations
from vcse_portal.accounts.links import invitation_url
from vcse_portal.accounts.models import Invitation, User
from vcse_portal.history.timeline import timeline
from vcse_portal.mail.models import Delivery, Message
from vcse_portal.ui.conflict import Conflict

pytestmark = pytest.mark.django_db


def deeds(obj) -> list[str]:
    return [entry.what for entry in timeline(obj)]


def mails() -> list[tuple[str, str]]:
    return [(d.message.kind, d.email) for d in Delivery.objects.select_related("message").order_by("pk")]


def invite(by=None, **fields) -> Invitation:
    fields.setdefault("email", "Ann@Council.example")
    fields.setdefault("name", "Ann Ashe")
    return operations.invite_person(by=by or make_administrator(), **fields)


# Opening and naming ------------------------------------------------------------------------------
def test_open_account_confirms_the_address_and_sets_the_password():
    user = operations.open_account(
        email=" Ann@Council.Example ", name=" Ann Ashe ", password="three-quiet-words"
    )
    assert (user.email, user.name, user.roles) == ("ann@council.example", "Ann Ashe", [])
    assert user.check_password("three-quiet-words")
    assert EmailAddress.objects.get(user=user).verified
    assert deeds(user) == ["Opened account"]


def test_open_account_without_a_password_leaves_none_to_guess():
    assert not operations.open_account(email="ann@council.example").has_usable_password()


def test_open_account_refuses_an_address_that_is_taken():
    make_user(email="ann@council.example")
    with pytest.raises(ValidationError, match="already an account"):
        operations.open_account(email="ANN@council.example")


def test_open_account_takes_over_a_sign_up_nobody_confirmed():
    squatter = make_user(email="ann@council.example", name="Mallory", password="known-to-mallory")
    EmailAddress.objects.update(verified=False)
    user = operations.open_account(email="ann@council.example", name="Ann Ashe")
    assert user.pk == squatter.pk
    assert not user.check_password("known-to-mallory")
    assert User.objects.get().name == "Ann Ashe"
    assert EmailAddress.objects.get().verified


@pytest.mark.parametrize("email", ["", "ann", "ann@", "ann@@council.example", "a\nb@council.example"])
def test_open_account_refuses_what_is_no_address(email):
    with pytest.raises(ValidationError):
        operations.open_account(email=email)
    assert User.objects.count() == 0


def test_rename_person_keeps_old_and_new_in_history():
    person, administrator = make_user(name="Ann Ashe"), make_administrator()
    operations.rename_person(person.pk, name=" Ann Oak ", post="Secretary", by=administrator)
    person.refresh_from_db()
    assert (person.name, person.post, person.version) == ("Ann Oak", "Secretary", 2)
    entry = timeline(person)[0]
    assert (entry.what, entry.who) == ("Renamed", administrator.display_name)
    assert [(c.label, c.old, c.new) for c in entry.changes] == [
        ("Name", "Ann Ashe", "Ann Oak"),
        ("Job title", "nothing", "Secretary"),
    ]


def test_rename_person_of_an_older_version_is_refused():
    person = make_user(name="Ann Ashe")
    operations.rename_person(person.pk, name="Ann Oak", post="", version=1, by=person)
    with pytest.raises(Conflict):
        operations.rename_person(person.pk, name="Ann Elm", post="", version=1, by=person)
    assert User.objects.get(pk=person.pk).name == "Ann Oak"


def test_rename_person_refuses_an_empty_name():
    person = make_user(name="Ann Ashe")
    with pytest.raises(ValidationError, match="Enter a name"):
        operations.rename_person(person.pk, name="  ", post="", by=person)


# Roles -------------------------------------------------------------------------------------------
def test_change_roles_gives_roles_and_tells_the_person():
    person, directorate = make_user(), make_directorate()
    operations.change_roles(
        person.pk, roles=["property", "commissioning"], directorate=directorate, by=make_administrator()
    )
    person.refresh_from_db()
    assert (person.roles, person.directorate, person.session_epoch) == (
        ["commissioning", "property"],
        directorate,
        1,
    )
    assert deeds(person)[0] == "Changed roles"
    assert mails() == [("roles_changed", person.email)]


def test_change_roles_ends_sessions_when_a_role_is_lost():
    person = make_officer("commissioning", "property")
    operations.change_roles(
        person.pk, roles=["property"], directorate=person.directorate, by=make_administrator()
    )
    person.refresh_from_db()
    assert person.session_epoch == 2


def test_change_roles_twice_does_it_once():
    person, by = make_officer("property"), make_administrator()
    for _ in range(2):
        operations.change_roles(person.pk, roles=["performance"], directorate=person.directorate, by=by)
    assert len(mails()) == 1
    assert deeds(person) == ["Changed roles", "Created"]


def test_change_roles_moves_to_another_directorate_without_a_mail():
    person, elsewhere = make_officer("property"), make_directorate()
    operations.change_roles(person.pk, roles=["property"], directorate=elsewhere, by=make_administrator())
    person.refresh_from_db()
    assert person.directorate == elsewhere
    assert mails() == []


@pytest.mark.parametrize(
    ("roles", "sentence"),
    [
        (["king"], "Not a known role: king"),
        (["councillor", "property"], "cannot also be an officer"),
        (["property"], "Choose the directorate"),
    ],
)
def test_change_roles_refuses(roles, sentence):
    person = make_user()
    with pytest.raises(ValidationError, match=sentence):
        operations.change_roles(person.pk, roles=roles, directorate=None, by=make_administrator())
    person.refresh_from_db()
    assert (person.roles, mails()) == ([], [])


def test_change_roles_refuses_a_stale_form():
    person, by = make_user(), make_administrator()
    operations.rename_person(person.pk, name="New name", post="", by=by)
    with pytest.raises(Conflict):
        operations.change_roles(person.pk, roles=["councillor"], directorate=None, version=1, by=by)


def test_change_roles_keeps_ones_own_administrator_role():
    make_administrator()
    administrator = make_administrator()
    with pytest.raises(ValidationError, match="from yourself"):
        operations.change_roles(administrator.pk, roles=[], directorate=None, by=administrator)


def test_change_roles_keeps_the_last_administrator():
    last, closed = make_administrator(), make_administrator(is_active=False)
    with pytest.raises(ValidationError, match="last administrator"):
        operations.change_roles(last.pk, roles=[], directorate=None, by=closed)
    last.refresh_from_db()
    assert last.roles == ["administrator"]


@pytest.mark.django_db(transaction=True)
def test_change_roles_two_administrators_cannot_remove_each_other_at_once():
    first, second = make_administrator(), make_administrator()
    together = Barrier(2)

    def remove(person, by):
        together.wait()
        try:
            operations.change_roles(person.pk, roles=[], directorate=None, by=by)
        except ValidationError:
            return False
        finally:
            connection.close()
        return True

    with ThreadPoolExecutor(2) as pool:
        removed = list(pool.map(remove, (first, second), (second, first)))
    assert sorted(removed) == [False, True]
    assert User.objects.with_role("administrator").count() == 1


def test_change_roles_refuses_a_closed_account():
    with pytest.raises(ValidationError, match="closed"):
        operations.change_roles(
            make_user(is_active=False).pk, roles=["councillor"], directorate=None, by=make_administrator()
        )


# Closing and opening again -----------------------------------------------------------------------
def test_deactivate_person_closes_and_keeps_the_reason():
    person, by = make_officer("property"), make_administrator()
    operations.deactivate_person(person.pk, reason="Left the council", by=by)
    person.refresh_from_db()
    assert (person.is_active, person.session_epoch, person.roles) == (False, 2, ["property"])
    entry = timeline(person)[0]
    assert (entry.what, entry.who, entry.reason) == ("Closed account", by.display_name, "Left the council")
    assert mails() == [("account_closed", person.email)]


def test_deactivate_person_refuses_oneself_the_last_administrator_and_a_second_time():
    administrator, closed = make_administrator(), make_user(is_active=False)
    refusals = {
        "your own account": (administrator, administrator),
        "last administrator": (administrator, closed),
        "already closed": (closed, administrator),
    }
    for sentence, (person, by) in refusals.items():
        with pytest.raises(ValidationError, match=sentence):
            operations.deactivate_person(person.pk, by=by)
    assert mails() == []


def test_reactivate_person_opens_with_the_roles_it_had():
    person, by = make_officer("property"), make_administrator()
    operations.deactivate_person(person.pk, by=by)
    operations.reactivate_person(person.pk, by=by)
    person.refresh_from_db()
    assert (person.is_active, person.roles) == (True, ["property"])
    assert deeds(person)[:2] == ["Opened account again", "Closed account"]
    assert [kind for kind, _ in mails()] == ["account_closed", "account_opened_again"]


def test_reactivate_person_refuses_an_open_account():
    with pytest.raises(ValidationError, match="open already"):
        operations.reactivate_person(make_user().pk, by=make_administrator())


# Invitations -------------------------------------------------------------------------------------
def test_invite_person_sends_one_secret_mail_with_the_link():
    by, now = make_administrator(), timezone.now()
    invitation = invite(by, roles=["property"], directorate=make_directorate("Places"), now=now)
    assert (invitation.email, invitation.invited_by) == ("ann@council.example", by)
    assert invitation.expires_at - now == timedelta(days=14)
    assert mails() == [("invitation_sent", "ann@council.example")]
    message = Message.objects.get()
    assert message.is_secret
    assert invitation_url(invitation) in message.text
    assert by.display_name in message.text
    assert "Property (Places)" in message.text
    assert deeds(invitation) == ["Invited"]


@pytest.mark.parametrize("email", ["ann@council.example", "ANN@Council.example"])
def test_invite_person_refuses_somebody_who_has_an_account(email):
    make_user(email="ann@council.example")
    with pytest.raises(ValidationError, match="already an account"):
        invite(email=email)


def test_invite_person_refuses_a_second_open_invitation():
    invite()
    with pytest.raises(ValidationError, match="invited already"):
        invite(email="ann@council.EXAMPLE")
    assert Invitation.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_invite_person_pressed_twice_at_once_invites_once():
    by, together = make_administrator(), Barrier(4)

    def press(_):
        together.wait()
        try:
            invite(by)
        except ValidationError as refused:
            return refused.messages[0]
        finally:
            connection.close()
        return ""

    with ThreadPoolExecutor(4) as pool:
        said = sorted(pool.map(press, range(4)))
    assert said == ["", *[operations.INVITED_ALREADY] * 3]
    assert len(mails()) == 1


def test_invite_person_replaces_an_expired_invitation():
    old = invite(now=timezone.now() - timedelta(days=15))
    new = invite()
    old.refresh_from_db()
    assert (old.state(), new.state()) == ("withdrawn", "open")


def test_send_invitation_again_makes_a_new_link():
    by = make_administrator()
    invitation = invite(by, now=timezone.now() - timedelta(days=15))
    old_link = invitation_url(invitation)
    invitation = operations.send_invitation_again(invitation.pk, by=by)
    assert invitation.state() == "open"
    assert invitation_url(invitation) != old_link
    assert len(mails()) == 2
    assert deeds(invitation)[0] == "Sent invitation again"


def test_withdraw_invitation_closes_it():
    by = make_administrator()
    invitation = operations.withdraw_invitation(invite(by).pk, by=by)
    assert invitation.state() == "withdrawn"
    assert deeds(invitation)[0] == "Withdrew invitation"


def test_a_closed_invitation_is_neither_sent_nor_withdrawn_nor_accepted():
    by = make_administrator()
    withdrawn = operations.withdraw_invitation(invite(by).pk, by=by)
    accepted = invite(by, email="bo@council.example")
    operations.accept_invitation(accepted.pk, password="three-quiet-words")
    for invitation, sentence in [(withdrawn, "withdrawn"), (accepted, "already been accepted")]:
        with pytest.raises(ValidationError, match=sentence):
            operations.withdraw_invitation(invitation.pk, by=by)
        with pytest.raises(ValidationError, match=sentence):
            operations.send_invitation_again(invitation.pk, by=by)
        with pytest.raises(ValidationError, match=sentence):
            operations.accept_invitation(invitation.pk)


def test_accept_invitation_opens_the_account_it_offers():
    directorate = make_directorate()
    invitation = invite(roles=["property"], directorate=directorate, post="Surveyor")
    user = operations.accept_invitation(invitation.pk, name="Ann A. Ashe", password="three-quiet-words")
    assert (user.email, user.name, user.post) == ("ann@council.example", "Ann A. Ashe", "Surveyor")
    assert (user.roles, user.directorate) == (["property"], directorate)
    assert user.check_password("three-quiet-words")
    invitation.refresh_from_db()
    assert (invitation.state(), invitation.accepted_by) == ("accepted", user)
    assert timeline(invitation)[0].who == "Ann A. Ashe"


def test_accept_invitation_adds_to_an_account_with_that_address():
    directorate = make_directorate()
    invitation = invite(roles=["property"], directorate=directorate)
    user = make_user(email="ann@council.example", name="Ann")
    operations.accept_invitation(invitation.pk, user=user)
    user.refresh_from_db()
    assert (user.roles, user.directorate, user.name) == (["property"], directorate, "Ann")


def test_accept_invitation_refuses_somebody_else_and_a_closed_account():
    invitation = invite(roles=["councillor"])
    stranger = make_user()
    with pytest.raises(ValidationError, match="another email address"):
        operations.accept_invitation(invitation.pk, user=stranger)
    closed = make_user(email="ann@council.example", is_active=False)
    with pytest.raises(ValidationError, match="closed"):
        operations.accept_invitation(invitation.pk, user=closed)
    assert (stranger.roles, closed.roles, invitation.state()) == ([], [], "open")


def test_accept_invitation_refuses_after_fourteen_days():
    invitation = invite()
    with pytest.raises(ValidationError, match="expired"):
        operations.accept_invitation(invitation.pk, now=invitation.expires_at)
    assert not User.objects.filter(email="ann@council.example").exists()


def test_a_refused_deed_leaves_no_history():
    make_councillor()
    before = User.pgh_event_model.objects.count()
    with pytest.raises(ValidationError):
        operations.change_roles(make_administrator().pk, roles=["king"], directorate=None, by=None)
    assert User.pgh_event_model.objects.count() == before + 1  # the administrator's own beginning
