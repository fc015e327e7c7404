"""The officers' outbox: who may look, what it shows, what its buttons do."""

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse

from tests.factories import make_administrator, make_councillor, make_officer, make_user
from vcse_portal.accounts.models import Role
from vcse_portal.mail import operations
from vcse_portal.mail.delivery import claim
from vcse_portal.mail.models import Message, Progress, State
from vcse_portal.mail.permissions import can_manage_outbox, can_see_outbox

from .factories import make_message

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("roles", "allowed"),
    [
        ([], False),
        ([Role.COUNCILLOR], False),
        ([Role.COMMISSIONING], False),
        ([Role.PROPERTY], False),
        ([Role.PERFORMANCE], False),
        ([Role.PARTNERSHIPS], True),
        ([Role.ADMINISTRATOR], True),
    ],
)
def test_can_see_and_manage_outbox(roles, allowed):
    user = make_user(roles)
    make_message()
    assert can_see_outbox(user) is allowed
    assert can_manage_outbox(user) is allowed
    assert Message.objects.visible_to(user).exists() is allowed


def test_outbox_pages_are_closed_to_others(sign_in, client):
    message = make_message()
    addresses = [
        reverse("mail:outbox"),
        reverse("mail:outbox_message", args=[message.pk]),
        reverse("mail:outbox_progress", args=[message.pk]),
    ]
    for user in (make_councillor(), make_officer(Role.COMMISSIONING), make_user()):
        assert [sign_in(user).get(address).status_code for address in addresses] == [403, 403, 403]
    assert [client.get(address).status_code for address in addresses] == [302, 302, 302]
    assert sign_in(make_administrator()).get(addresses[0]).status_code == 200


def test_outbox_list_costs_the_same_for_one_and_four_rows(sign_in, django_assert_max_num_queries):
    officer = sign_in(make_officer())
    make_message(to=["a@example.org", "b@example.org"])
    url = reverse("mail:outbox")
    officer.get(url)
    for _ in range(2):
        with django_assert_max_num_queries(6) as counted:
            officer.get(url)
        first = len(counted)
        [make_message() for _ in range(3)]
        with django_assert_max_num_queries(6) as counted:
            answer = officer.get(url)
        assert len(counted) == first
    assert answer.context["total"] == 7


def test_outbox_shows_only_what_needs_attention_when_asked(sign_in):
    make_message(subject="Fine")
    make_message(subject="Broken", to="no address")
    answer = sign_in(make_officer()).get(reverse("mail:outbox"), {"show": "attention"})
    assert [message.subject for message, _ in answer.context["rows"]] == ["Broken"]


def test_f36_confidential_mail_shows_neither_subject_nor_address_nor_body(sign_in):
    message = make_message(
        to="raiser-no-address", subject="Concern of Zebedee", text="Zebedee said", is_confidential=True
    )
    officer = sign_in(make_officer())
    pages = [
        officer.get(reverse("mail:outbox")),
        officer.get(reverse("mail:outbox_message", args=[message.pk])),
    ]
    for page in pages:
        assert "Zebedee" not in page.content.decode()
        assert "raiser-no-address" not in page.content.decode()
        assert "Confidential" in page.content.decode()


def test_outbox_progress_counts(sign_in):
    message = make_message(to=["a@example.org", "b@example.org", "no address"])
    answer = sign_in(make_officer()).get(reverse("mail:outbox_progress", args=[message.pk])).json()
    assert answer == {
        "done": 1,
        "total": 3,
        "finished": False,
        "label": "Recipients done",
        "href": reverse("mail:outbox_message", args=[message.pk]),
    }


def deed(client, message, name):
    return client.post(reverse("mail:outbox_deed", args=[message.pk, name]))


def test_outbox_deeds_by_their_buttons(sign_in):
    officer = sign_in(make_officer())
    message = make_message()
    deed(officer, message, "pause")
    assert claim("w") == []
    deed(officer, message, "resume")
    assert len(claim("w")) == 1
    message.deliveries.update(state=State.FAILED)
    deed(officer, message, "retry-failed")
    assert message.progress() == Progress(queued=1)
    message.deliveries.update(state=State.IN_DOUBT)
    deed(officer, message, "resend-in-doubt")
    assert message.progress() == Progress(queued=1)
    message.deliveries.update(state=State.IN_DOUBT)
    deed(officer, message, "mark-sent")
    assert message.progress() == Progress(sent=1)
    assert message.deliveries.get().reply.startswith("Marked as sent by Officer")


def test_outbox_deeds_need_a_post_and_the_right(sign_in):
    message = make_message()
    url = reverse("mail:outbox_deed", args=[message.pk, "pause"])
    assert sign_in(make_officer()).get(url).status_code == 405
    assert sign_in(make_officer(Role.PROPERTY)).post(url).status_code == 403
    message.refresh_from_db()
    assert message.is_paused is False


def test_operations_refuse_what_is_done_already():
    officer, message = make_officer(), make_message()
    operations.pause_message(message.pk, by=officer)
    with pytest.raises(ValidationError, match="paused already"):
        operations.pause_message(message.pk, by=officer)
    operations.resume_message(message.pk, by=officer)
    with pytest.raises(ValidationError, match="not paused"):
        operations.resume_message(message.pk, by=officer)
    for operation in (operations.retry_failed, operations.resend_in_doubt, operations.mark_in_doubt_sent):
        with pytest.raises(ValidationError, match="nothing left to do"):
            operation(message.pk, by=officer)


def test_retry_failed_refuses_secrets():
    message = make_message(is_secret=True)
    message.deliveries.update(state=State.FAILED)
    with pytest.raises(ValidationError, match="cannot be sent again"):
        operations.retry_failed(message.pk, by=make_officer())
