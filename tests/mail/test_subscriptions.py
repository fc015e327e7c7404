"""Joining and leaving: consent before mail, the same answer to everybody, nothing by opening a link."""

import re
from datetime import timedelta

import pytest
import time_machine
from django.core.exceptions import ValidationError
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from tests.factories import make_theme
from vcse_portal.mail.models import Delivery, Message, State, Subscriber, Subscription, Suppression
from vcse_portal.mail.outbox import Recipient, queue_bulk
from vcse_portal.mail.subscriptions import (
    ask_preferences,
    change_preferences,
    confirm,
    confirmed,
    forget_unconfirmed,
    leave,
    subscribe,
)
from vcse_portal.mail.tokens import CONFIRM, LEAVE, PREFERENCES

from .factories import make_message, make_subscription

pytestmark = pytest.mark.django_db
LINK = re.compile(r"http://127\.0\.0\.1:8000(/mail/\S+)")


def mailed_link() -> str:
    return LINK.search(Message.objects.latest("pk").text)[1]


def kinds() -> list[str]:
    return list(Message.objects.order_by("pk").values_list("kind", flat=True))


def post_form(client, email="ann@example.org", **fields):
    return client.post(reverse("mail:subscribe"), {"email": email, "agree": "on", **fields})


# The whole way -----------------------------------------------------------------------------------


def test_subscribing_asks_first_and_starts_with_the_button(client):
    make_theme("Health")
    answer = post_form(client, email="Ann@Example.org", name="Ann", themes=["health"])
    assert (answer.status_code, answer.url) == (302, reverse("mail:check_your_inbox"))
    subscriber = Subscriber.objects.get()
    assert (subscriber.email, subscriber.name, subscriber.is_confirmed) == ("ann@example.org", "Ann", False)
    assert subscriber.consent_words.startswith("I agree that the council sends me")
    assert subscriber.consent_how == "web form"
    assert kinds() == ["confirm_subscription"]
    assert list(Delivery.objects.values_list("email", "priority")) == [("ann@example.org", 1)]
    assert list(confirmed("circular")) == []
    link = mailed_link()
    assert client.get(link).status_code == 200
    assert list(confirmed("circular")) == []
    assert client.post(link).status_code == 302
    assert [(one.subscriber.email, one.themes) for one in confirmed("circular")] == [
        ("ann@example.org", ["health"])
    ]
    assert "You are subscribed" in client.get(link).content.decode()


def test_subscribe_needs_consent_and_an_address(client):
    answer = client.post(reverse("mail:subscribe"), {"email": "no address"})
    assert sorted(answer.context["form"].errors) == ["agree", "email"]
    assert Subscriber.objects.count() == Message.objects.count() == 0


def test_subscribe_answers_alike_whether_the_address_is_known_or_not(client):
    make_subscription("known@example.org")
    known, unknown = post_form(client, "known@example.org"), post_form(client, "new@example.org")
    assert (known.status_code, known.url, known.content) == (
        unknown.status_code,
        unknown.url,
        unknown.content,
    )
    assert kinds() == ["preferences_link", "confirm_subscription"]  # the difference is only in the mailbox


def test_subscribe_refuses_unknown_lists_and_themes():
    with pytest.raises(ValidationError, match="no such mailing list"):
        subscribe(email="a@example.org", list_code="spam")
    with pytest.raises(ValidationError, match="Not a known theme: golf"):
        subscribe(email="a@example.org", list_code="circular", themes=["golf"])
    assert Subscriber.objects.count() == 0


def test_subscribe_is_limited_by_address_and_says_when_to_come_back(client):
    answers = [post_form(client).status_code for _ in range(6)]
    assert answers == [302] * 5 + [429]
    refused = post_form(client)
    assert refused["Retry-After"] == "3600"
    assert post_form(client, "other@example.org").status_code == 302


def test_subscribe_is_limited_by_source(client):
    answers = [post_form(client, f"a{n}@example.org").status_code for n in range(41)]
    assert answers == [302] * 40 + [429]


# Operations --------------------------------------------------------------------------------------


def test_confirm_twice_is_one_subscription_and_lifts_the_suppression():
    subscribe(email="ann@example.org", list_code="circular")
    subscriber = Subscriber.objects.get()
    Suppression.objects.create(digest="x" * 64, reason="other")
    first = confirm(subscriber.pk, list_code="circular", themes=[], asked_at=timezone.now())
    assert confirm(subscriber.pk, list_code="circular", themes=[], asked_at=timezone.now()) == first
    assert Suppression.objects.count() == 1
    assert (
        subscriber.events.order_by("-pgh_id").first().pgh_context.metadata["deed"]
        == "confirmed a subscription"
    )


def test_confirm_with_a_link_from_before_leaving_is_refused():
    subscription = make_subscription()
    asked_at = timezone.now() - timedelta(hours=1)
    leave(subscription.pk)
    with pytest.raises(ValidationError, match="You left after this link was made"):
        confirm(subscription.subscriber_id, list_code="circular", themes=[], asked_at=asked_at)
    assert list(confirmed("circular")) == []


def test_leave_ends_suppresses_and_cancels_what_waits():
    subscription = make_subscription("ann@example.org")
    message = make_message(to=[], list_code="circular")
    queue_bulk(message, confirmed("circular"))
    ended_at = leave(subscription.pk).ended_at
    assert message.deliveries.get().state == State.CANCELLED
    assert Suppression.objects.of("ANN@example.org").exists()
    assert "ann" not in str(Suppression.objects.values())
    assert leave(subscription.pk).ended_at == ended_at
    assert (
        subscription.events.order_by("-pgh_id").first().pgh_context.metadata["deed"] == "left a mailing list"
    )


def test_subscribing_again_after_leaving_asks_again():
    leave(make_subscription("ann@example.org").pk)
    subscribe(email="ann@example.org", list_code="circular")
    assert kinds() == ["confirm_subscription"]
    subscriber = Subscriber.objects.get()
    confirm(subscriber.pk, list_code="circular", themes=[], asked_at=timezone.now() + timedelta(seconds=1))
    assert confirmed("circular").count() == 1
    assert not Suppression.objects.exists()


def test_change_preferences_checks_themes_and_that_the_list_is_not_left():
    make_theme("Health")
    subscription = make_subscription()
    assert change_preferences(subscription.pk, themes=["health"]).themes == ["health"]
    with pytest.raises(ValidationError, match="Not a known theme"):
        change_preferences(subscription.pk, themes=["golf"])
    leave(subscription.pk)
    with pytest.raises(ValidationError, match="You have left this list"):
        change_preferences(subscription.pk, themes=[])


def test_confirmed_by_theme_takes_those_who_want_everything_too():
    health, everything = make_subscription(themes=["health"]), make_subscription()
    make_subscription(themes=["sport"])
    make_subscription(is_confirmed=False)
    assert set(confirmed("circular", theme="health")) == {health, everything}


def test_ask_preferences_mails_only_confirmed_addresses():
    make_subscription("known@example.org")
    make_subscription("waiting@example.org", is_confirmed=False)
    for email in ("KNOWN@example.org", "waiting@example.org", "unknown@example.org"):
        ask_preferences(email)
    assert list(Delivery.objects.values_list("email", flat=True)) == ["known@example.org"]


def test_forget_unconfirmed_after_thirty_days():
    subscribe(email="never@example.org", list_code="circular")
    make_subscription()
    assert forget_unconfirmed(timezone.now() + timedelta(days=29)) == 0
    assert forget_unconfirmed(timezone.now() + timedelta(days=31)) == 1
    assert Subscriber.objects.count() == 1


# Links -------------------------------------------------------------------------------------------


def links(subscription) -> dict[str, str]:
    subscriber = subscription.subscriber_id
    return {
        "confirm": reverse("mail:confirm", args=[CONFIRM.token(s=subscriber, l="circular", t=[])]),
        "leave": reverse("mail:leave", args=[LEAVE.token(s=subscription.pk)]),
        "preferences": reverse("mail:preferences", args=[PREFERENCES.token(s=subscriber)]),
    }


def everything() -> list:
    return [
        list(model.objects.order_by("pk").values())
        for model in (Subscriber, Subscription, Suppression, Message)
    ]


def test_f38_a_gateway_that_opens_every_link_changes_nothing(client):
    subscription = make_subscription()
    waiting = make_subscription(is_confirmed=False)
    waiting.delete()
    before = everything()
    for link in [*links(subscription).values(), links(waiting)["confirm"]]:
        for method in (client.get, client.head, client.get):
            assert method(link).status_code == 200
    assert everything() == before


def test_f38_control_a_post_to_the_same_links_does_change(client):
    """What the test above would see if a GET were taken for a press of the button."""
    subscription = make_subscription()
    before = everything()
    client.post(links(subscription)["leave"])
    assert everything() != before


def test_leave_by_one_click_needs_no_cookie_no_token_and_no_redirect():
    """RFC 8058, section 3.1: one POST with a fixed body, answered at once."""
    subscription = make_subscription()
    program = Client(enforce_csrf_checks=True)
    answer = program.post(
        links(subscription)["leave"],
        "List-Unsubscribe=One-Click",
        content_type="application/x-www-form-urlencoded",
    )
    assert answer.status_code == 200
    assert "sessionid" not in answer.cookies
    subscription.refresh_from_db()
    assert subscription.ended_at is not None


def test_confirm_by_post_needs_the_forms_token():
    subscription = make_subscription(is_confirmed=False)
    assert Client(enforce_csrf_checks=True).post(links(subscription)["confirm"]).status_code == 403


@pytest.mark.parametrize("name", ["confirm", "leave", "preferences"])
def test_f38_broken_swapped_and_expired_links_are_told_apart_in_words(client, name):
    subscription = make_subscription()
    every = links(subscription)
    token = every[name].rstrip("/").rsplit("/", 1)[1]
    others = [link.rstrip("/").rsplit("/", 1)[1] for other, link in every.items() if other != name]
    forged = token[:-4] + ("AAAA" if not token.endswith("AAAA") else "BBBB")
    before = everything()
    for bad in [token[: len(token) // 2], token[:-1], forged, "x", "é:1:2", *others]:
        for method in (client.get, client.post):
            answer = method(reverse(f"mail:{name}", args=[bad]))
            assert answer.status_code == 400
            assert "This link does not work" in answer.content.decode()
    with time_machine.travel(timezone.now() + timedelta(days=801)):
        for method in (client.get, client.post):
            answer = method(every[name])
            assert (answer.status_code, "This link is too old" in answer.content.decode()) == (410, True)
    assert everything() == before


def test_links_to_what_is_gone_are_not_found(client):
    subscription = make_subscription()
    every = links(subscription)
    subscription.subscriber.delete()
    assert [client.get(link).status_code for link in every.values()] == [404, 404, 404]


def test_links_carry_no_address_and_pages_are_not_kept(client):
    subscription = make_subscription("ann@example.org")
    for link in links(subscription).values():
        answer = client.get(link)
        assert answer["Referrer-Policy"] == "strict-origin"
        assert "no-store" in answer["Cache-Control"]
        assert "ann" not in link


def test_confirm_replayed_after_leaving_says_what_to_do(client):
    subscription = make_subscription()
    with time_machine.travel(timezone.now() - timedelta(hours=1)):
        link = links(subscription)["confirm"]
    leave(subscription.pk)
    answer = client.post(link)
    assert answer.status_code == 409
    assert "Subscribe again" in answer.content.decode()
    assert list(confirmed("circular")) == []


def test_preferences_page_saves_themes_and_offers_to_leave(client):
    make_theme("Health")
    subscription = make_subscription("ann@example.org")
    answer = client.post(links(subscription)["preferences"], {"themes": ["health"]})
    assert "Your choice has been saved" in answer.content.decode()
    assert reverse("mail:leave", args=["x"])[:-2] in answer.content.decode()
    subscription.refresh_from_db()
    assert subscription.themes == ["health"]


def test_preferences_ask_answers_alike(client):
    make_subscription("known@example.org")
    url = reverse("mail:preferences_ask")
    answers = [client.post(url, {"email": email}) for email in ("known@example.org", "new@example.org")]
    assert [(answer.status_code, answer.url) for answer in answers] == [
        (302, reverse("mail:check_your_inbox"))
    ] * 2


def test_public_pages_of_the_list_open_without_an_account(client):
    for name in ("subscribe", "check_your_inbox", "preferences_ask"):
        assert client.get(reverse(f"mail:{name}")).status_code == 200


# A new secret key --------------------------------------------------------------------------------


def test_a_new_secret_key_remembers_who_left_and_opens_links_of_before(settings, client):
    left, stays = make_subscription("gone@example.org"), make_subscription("ann@example.org")
    leave(left.pk)
    link = reverse("mail:leave", args=[LEAVE.token(s=stays.pk)])
    settings.SECRET_KEY_FALLBACKS, settings.SECRET_KEY = [settings.SECRET_KEY], "another-key-" + "y" * 40
    assert Suppression.objects.of("Gone@example.org").count() == 1
    message = make_message(to=[], list_code="circular")
    assert queue_bulk(message, [Recipient("gone@example.org"), Recipient("new@example.org")]) == 1
    assert client.get(link).status_code == 200
    leave(stays.pk)
    settings.SECRET_KEY_FALLBACKS = []
    assert Suppression.objects.of("ann@example.org").exists()  # new rows are kept under the new key
    assert not Suppression.objects.of("gone@example.org").exists()


def test_joining_again_lifts_the_suppression_of_an_earlier_key(settings):
    leave(make_subscription("ann@example.org").pk)
    settings.SECRET_KEY_FALLBACKS, settings.SECRET_KEY = [settings.SECRET_KEY], "another-key-" + "y" * 40
    subscriber = Subscriber.objects.get()
    confirm(subscriber.pk, list_code="circular", themes=[], asked_at=timezone.now())
    assert not Suppression.objects.exists()


def test_joining_again_after_leaving_is_a_new_consent():
    with time_machine.travel("2026-03-02 10:00", tick=False):
        subscription = make_subscription("ann@example.org")
    with time_machine.travel("2026-04-02 10:00", tick=False):
        leave(subscription.pk)
    with time_machine.travel("2026-05-02 10:00", tick=False):
        subscribe(email="ann@example.org", list_code="circular")
    with time_machine.travel("2026-05-03 11:00", tick=False):
        now = timezone.now()
        for _ in range(2):  # a second click changes nothing
            confirm(subscription.subscriber_id, list_code="circular", themes=[], asked_at=now)
    assert Subscriber.objects.values_list("asked_at", "confirmed_at", "left_at").get() == (
        now - timedelta(days=1, hours=1),
        now,
        None,
    )
