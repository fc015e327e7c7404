"""The mailbox of development: each mail a file, shown without letting it run anything."""

import pytest
from django.urls import include, path, reverse

from vcse_portal.mail.delivery import deliver
from vcse_portal.urls import urlpatterns as portal

from .factories import make_message

pytestmark = [pytest.mark.django_db, pytest.mark.urls("tests.mail.test_mailbox")]
urlpatterns = [*portal, path("mailbox/", include("vcse_portal.mail.mailbox_urls"))]


@pytest.fixture
def mailbox(settings, tmp_path):
    settings.EMAIL_BACKEND = "vcse_portal.mail.mailbox.MailboxBackend"
    settings.DEBUG = True
    settings.MAILBOX_DIR = tmp_path / "box"
    return settings.MAILBOX_DIR


def test_mailbox_lists_newest_first_and_shows_each_part(mailbox, client):
    make_message(subject="First")
    deliver()
    make_message(
        subject="Zweite Übung", html="<p>Hi<script>alert(1)</script></p>", text="See http://x.example/y"
    )
    deliver()
    page = client.get(reverse("mailbox:list"))
    assert [letter.subject for letter in page.context["letters"]] == ["Zweite Übung", "First"]
    name = page.context["letters"][0].name
    letter = client.get(reverse("mailbox:letter", args=[name])).content.decode()
    assert '<a href="http://x.example/y" rel="nofollow">' in letter
    assert "alert(1)</script></p>" not in letter  # the source is escaped
    assert "frame-src &#x27;self&#x27;" not in letter


def test_mailbox_html_runs_nothing(mailbox, client):
    make_message(html="<p>Hi<script>alert(1)</script><img src=http://x.example/y></p>")
    deliver()
    (path,) = mailbox.glob("*.eml")
    answer = client.get(reverse("mailbox:html", args=[path.stem]))
    policy = answer["Content-Security-Policy"]
    assert "script-src 'none'" in policy
    assert "img-src data:" in policy
    assert answer["X-Frame-Options"] == "SAMEORIGIN"
    frame = client.get(reverse("mailbox:letter", args=[path.stem]))
    assert "frame-src 'self'" in frame["Content-Security-Policy"]
    assert "allow-scripts" not in frame.content.decode()


def test_mailbox_knows_no_other_file(mailbox, client):
    assert client.get("/mailbox/0000/").status_code == 404
    assert client.get("/mailbox/..%2f..%2fsettings/").status_code == 404


def test_mailbox_is_not_there_in_production(mailbox, client, settings):
    make_message()
    deliver()
    (path,) = mailbox.glob("*.eml")
    settings.DEBUG = False
    for name, args in (("list", []), ("letter", [path.stem]), ("html", [path.stem])):
        assert client.get(reverse(f"mailbox:{name}", args=args)).status_code == 404
