"""F13: what was backed up comes back whole into an empty database and an empty folder, and no mail leaves twice."""

import io
import json
import os
import subprocess
import sys
import tarfile
from contextlib import contextmanager
from pathlib import Path

import pytest
from django.conf import settings
from django.contrib.auth.hashers import PBKDF2PasswordHasher
from django.core.management import CommandError, call_command
from django.db import connection
from django.urls import reverse
from django.utils import timezone

from organisations.models import Organisation
from tests.factories import make_officer
from tests.house import scene
from tests.mail.factories import make_message
from vcse_portal.accounts.models import User
from vcse_portal.home import backups
from vcse_portal.mail.models import Delivery, State

pytestmark = pytest.mark.django_db(transaction=True)
SMOKE = """
import django, json; django.setup()
from django.test import Client
from django.urls import reverse
from vcse_portal.accounts.models import User
from vcse_portal.accounts.middleware import SESSION_KEY
from vcse_portal.mail.models import Delivery
client = Client(headers={"host": "127.0.0.1"})
client.force_login(User.objects.get(email="drill@council.example"))
session = client.session; session[SESSION_KEY] = True; session.save()
print(json.dumps({
    "statuses": {url: client.get(url).status_code for url in %r},
    "password": User.objects.get(email="drill@council.example").check_password("right horse battery"),
    "mails": sorted(Delivery.objects.values_list("state", flat=True)),
}))
"""


@pytest.fixture
def media(tmp_path, settings):
    settings.MEDIA_ROOT = str(tmp_path / "media")
    (tmp_path / "media" / "papers").mkdir(parents=True)
    (tmp_path / "media" / "papers" / "minutes.pdf").write_bytes(b"%PDF-1.7 minutes")
    return tmp_path / "media"


def contents(folder: Path) -> dict[str, bytes]:
    return {str(p.relative_to(folder)): p.read_bytes() for p in folder.rglob("*") if p.is_file()}


@contextmanager
def empty_database():
    """An address of a database in which there is nothing."""
    known = connection.settings_dict
    name = f"{known['NAME']}_restored"
    with connection.cursor() as cursor:
        cursor.execute(f'DROP DATABASE IF EXISTS "{name}"')
        cursor.execute(f'CREATE DATABASE "{name}" TEMPLATE template0')
    try:
        yield f"postgres://{known['USER']}:{known['PASSWORD']}@{known['HOST']}:{known['PORT']}/{name}"
    finally:
        with connection.cursor() as cursor:
            cursor.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')


def run(*arguments, **environment) -> subprocess.CompletedProcess:
    known = {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "vcse_portal.settings",
        "SECRET_KEY": settings.SECRET_KEY,
    }
    return subprocess.run(
        [sys.executable, *arguments],
        cwd=settings.BASE_DIR,
        env={**known, **environment},
        capture_output=True,
        text=True,
        check=False,
    )


def restore(file: Path, database: str, media: Path):
    return run("manage.py", "restore", str(file), DATABASE_URL=database, MEDIA_ROOT=str(media))


@pytest.fixture
def filled(media, tmp_path):
    """A borough in which every room holds things; a person with a password; a mail that waits and one that left."""
    things = scene.build().things
    officer = make_officer(email="drill@council.example", name="Dora Drill")
    officer.password = PBKDF2PasswordHasher().encode("right horse battery", "salt")  # as outside the tests
    officer.save(update_fields=["password"])
    Delivery.objects.update(state=State.SENT, sent_at=timezone.now())
    waiting = make_message(key="waits", to=["waits@example.org"])
    assert waiting.deliveries.get().state == State.PENDING
    return things


def test_f13_restore_gives_back_every_row_and_file(filled, media, tmp_path):
    file = tmp_path / "portal.tar"
    call_command("backup", file, stdout=io.StringIO())
    assert file.stat().st_mode & 0o077 == 0
    with tarfile.open(file) as tar:
        manifest = json.load(tar.extractfile("manifest.json"))
    assert manifest["tables"]["organisations_organisation"][0] == Organisation.objects.count()
    assert "papers/minutes.pdf" in manifest["files"]
    organisation = filled["organisation"]["published"]
    urls = [
        "/",
        "/organisations/",
        organisation.get_absolute_url(),
        "/organisations/?q=ashfeild",
        "/organisations/infrastructure/",
        "/actions/",
        "/compact/",
        reverse("commissioning:intentions"),
        "/commissioning/circulars/",
        "/assets/",
        "/forums/",
        "/events/",
        "/conversations/",
        "/sector/",
        "/imports/",
        "/mail/outbox/",
        "/what-needs-me/",
        reverse("accounts:your_account"),
        "/search/?q=ashfield",
        "/healthz",
    ]
    with empty_database() as database:
        answer = restore(file, database, tmp_path / "elsewhere")
        assert answer.returncode == 0, answer.stderr
        assert "mails waited" in answer.stdout
        assert contents(tmp_path / "elsewhere") == contents(media)
        checked = run("manage.py", "migrate", "--check", DATABASE_URL=database)
        assert checked.returncode == 0
        smoke = run("-c", SMOKE % urls, DATABASE_URL=database, MEDIA_ROOT=str(tmp_path / "elsewhere"))
        assert smoke.returncode == 0, smoke.stderr
        seen = json.loads(smoke.stdout.splitlines()[-1])
    assert {url: status for url, status in seen["statuses"].items() if status not in (200, 302)} == {}
    assert seen["password"]
    assert State.PENDING not in seen["mails"]
    assert seen["mails"].count(State.IN_DOUBT) == 1


def test_f13_restore_refuses_a_database_that_is_not_empty(filled, media, tmp_path):
    file = tmp_path / "portal.tar"
    backups.back_up(file)
    before = User.objects.count()
    with pytest.raises(CommandError, match="not empty"):
        call_command("restore", file)
    assert User.objects.count() == before


def test_f13_restore_refuses_what_was_changed_and_leaves_nothing(media, tmp_path):
    make_officer()
    whole, changed, cut = tmp_path / "whole.tar", tmp_path / "changed.tar", tmp_path / "cut.tar"
    backups.back_up(whole)
    with tarfile.open(whole) as old, tarfile.open(changed, "w") as new:
        for member in old:
            content = old.extractfile(member).read()
            if member.name == "manifest.json":
                known = json.loads(content)
                known["tables"]["accounts_user"][0] += 1
                content = json.dumps(known).encode()
                member.size = len(content)
            new.addfile(member, io.BytesIO(content))
    cut.write_bytes(whole.read_bytes()[: whole.stat().st_size // 2])
    with empty_database() as database:
        answer = restore(cut, database, tmp_path / "one")
        assert "not a whole backup" in answer.stderr
        assert answer.returncode == 1
        answer = restore(changed, database, tmp_path / "two")
        assert "accounts_user" in answer.stderr
        assert answer.returncode == 1


def test_restore_writes_nothing_outside_its_folder(media, tmp_path):
    evil = tmp_path / "evil.tar"
    with tarfile.open(evil, "w") as tar:
        member = tarfile.TarInfo("media/../../../out")
        tar.addfile(member)
    with empty_database() as database:
        answer = restore(evil, database, tmp_path / "one")
    assert "not a whole backup" in answer.stderr
    assert not (tmp_path / "out").exists()


def test_backup_that_fails_leaves_no_file(media, tmp_path, monkeypatch):
    monkeypatch.setenv("PG_BINDIR", "/bin")
    monkeypatch.setattr(backups, "_program", lambda name: "/bin/false")
    with pytest.raises(CommandError):
        call_command("backup", tmp_path / "portal.tar")
    assert list(tmp_path.glob("portal*")) == []


def test_backup_refuses_to_write_over_another(media, tmp_path):
    (tmp_path / "portal.tar").write_text("yesterday's")
    with pytest.raises(CommandError, match="there already"):
        call_command("backup", tmp_path / "portal.tar")
    assert (tmp_path / "portal.tar").read_text() == "yesterday's"
