"""The main job from end to end, through the pages, with a real Celery worker and a real SMTP server on loopback."""

import time
import uuid
from urllib.parse import urlsplit

import pytest
from django.test import Client
from django.utils import timezone

from commissioning.circulars.models import Circular, CircularState
from commissioning.circulars.operations import assemble_circular
from commissioning.models import Intention
from tests.factories import make_officer
from tests.mail.factories import make_subscription
from tests.mail.killing import Process, knocks_go_to, worker_command
from tests.mail.smtp import smtp_server
from vcse_portal.borough.working_days import first_working_day
from vcse_portal.celery import app
from vcse_portal.discussion.models import Comment
from vcse_portal.mail.subscriptions import confirmed

from .factories import make_member
from .test_views import LIST, form_data

pytestmark = [pytest.mark.slow, pytest.mark.django_db(transaction=True)]
TITLES = ["Youth work in the evenings", "A lunch club in each ward", "Advice on benefits"]
READERS = ["ann@example.org", "bo@example.org", "cy@example.org"]


def wait_until(answer, seconds=20):
    """What `answer()` gives once it gives something."""
    until = time.monotonic() + seconds
    while not (found := answer()):
        assert time.monotonic() < until, "It took too long."
        time.sleep(0.05)
    return found


def posted(client, address: str, data: dict) -> None:
    answer = client.post(address, data)
    assert answer.status_code == 302, answer.context["form"].errors if answer.context else answer.status_code


def test_three_intentions_become_a_circular_in_each_inbox(sign_in):
    commissioner, editor = make_officer("commissioning"), make_officer("partnerships")
    member, visitor = make_member(), Client()
    for reader in READERS:
        make_subscription(reader)
    queue = f"main-job-{uuid.uuid4().hex}"
    with smtp_server() as inbox, knocks_go_to(queue, naive=False):
        worker = Process(worker_command(queue), inbox.port, queue)
        try:
            publish_three(sign_in(commissioner), visitor)
            talk(sign_in(member), sign_in(commissioner), member)
            circular = assembled_by(queue)
            edit_and_approve(sign_in(editor), circular)
            app.send_task("mail.deliver", queue=queue)
            arrived = wait_until(
                lambda: len(circular_letters(inbox)) == len(READERS) and circular_letters(inbox)
            )
            check_letters(arrived)
            leave_with_one_click(arrived, visitor)
            wait_until(lambda: closed_by(queue, circular))
        finally:
            worker.kill()
    check_archive(visitor, circular)


def publish_three(client, visitor) -> None:
    for title in TITLES:
        posted(client, LIST + "new/", form_data(title=title, value_low="10,000", value_high="£25,000"))
        posted(client, Intention.objects.get(title=title).get_absolute_url() + "publish/", {"sure": "yes"})
    listed = {row["title"]: row["value"] for row in visitor.get(LIST).context["rows"]}
    assert listed == dict.fromkeys(TITLES, "£10,000 to £25,000")


def talk(member_client, officer_client, member) -> None:
    page = Intention.objects.get(title=TITLES[0]).get_absolute_url()
    said = {
        "party": member.organisation.pk,
        "text": "Sundays?",
        "visibility": "public",
        "key": str(uuid.uuid4()),
    }
    posted(member_client, page + "comment/", said)
    comment = Comment.objects.get()
    posted(officer_client, f"/discussion/comments/{comment.pk}/answer/", {"text": "Yes.", "version": 1})
    assert "Council reply" in member_client.get(page).content.decode()


def assembled_by(queue: str) -> Circular:
    """By the worker, as beat asks it to each half hour; by hand on days before the month's first working day."""
    today = timezone.localdate()
    if today < first_working_day(today.year, today.month):
        return assemble_circular(f"{today:%Y-%m}")[0]
    app.send_task("commissioning.assemble_due_circular", queue=queue)
    app.send_task("commissioning.assemble_due_circular", queue=queue)
    return wait_until(Circular.objects.first)


def edit_and_approve(client, circular: Circular) -> None:
    page = circular.get_absolute_url()
    assert [e.title for e in circular.entries.all()] == TITLES
    dropped = circular.entries.get(title=TITLES[1])
    posted(client, f"/commissioning/circulars/entries/{dropped.pk}/drop/", {"deed": "drop"})
    version = Circular.objects.get().version
    posted(client, page + "edit/", {"title": "Our news", "foreword": "Dear **friends**", "version": version})
    assert "Dear friends" in client.get(page + "preview/").context["text"]
    posted(client, page + "approve/", {"version": Circular.objects.get().version})


def circular_letters(inbox) -> list:
    return [letter for letter in inbox.parsed() if letter["Subject"] == "Our news"]


def check_letters(letters) -> None:
    assert sorted(letter["To"] for letter in letters) == READERS
    links = set()
    for letter in letters:
        text, html = (letter.get_body((kind,)).get_content() for kind in ("plain", "html"))
        assert [part.get_content_type() for part in letter.iter_parts()] == ["text/plain", "text/html"]
        assert letter["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
        link = letter["List-Unsubscribe"].strip("<> ")
        assert link in text
        assert "<strong>friends</strong>" in html
        assert [title in text for title in TITLES] == [True, False, True]
        assert [title in html for title in TITLES] == [True, False, True]
        links.add(link)
    assert len(links) == len(READERS)


def leave_with_one_click(letters, visitor) -> None:
    letter = next(letter for letter in letters if letter["To"] == READERS[0])
    path = urlsplit(letter["List-Unsubscribe"].strip("<> ")).path
    assert visitor.get(path).status_code == 200  # a mail gateway looks at the link
    assert confirmed("circular").count() == len(READERS)
    one_click = Client(enforce_csrf_checks=True)
    assert one_click.post(path, {"List-Unsubscribe": "One-Click"}).status_code == 200
    assert sorted(s.subscriber.email for s in confirmed("circular")) == READERS[1:]


def closed_by(queue: str, circular: Circular) -> bool:
    app.send_task("commissioning.assemble_due_circular", queue=queue)
    time.sleep(0.2)
    return Circular.objects.filter(pk=circular.pk, state=CircularState.SENT).exists()


def check_archive(visitor, circular: Circular) -> None:
    assert "Our news" in visitor.get("/commissioning/circulars/").content.decode()
    page = visitor.get(circular.get_absolute_url()).content.decode()
    assert [title in page for title in TITLES] == [True, False, True]
    assert Circular.objects.count() == 1
