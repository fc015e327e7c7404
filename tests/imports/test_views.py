"""Bringing a file in by hand: upload, preview, tick, apply, leave and come back, undo."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from tests.factories import make_administrator, make_councillor, make_officer, make_theme, make_user
from vcse_portal.borough.models import Theme
from vcse_portal.imports import tasks
from vcse_portal.imports.models import ImportRun
from vcse_portal.imports.operations import run_now

from .test_readers import workbook, zipped

pytestmark = pytest.mark.django_db
FILE = "Theme code,Theme name\nhealth,Health and wellbeing\nhousing,Housing\narts,ARTS\nsport,Sport\ntwo words,=1+1\n"


@pytest.fixture
def borough(db):
    return make_theme("Health", code="health"), make_theme("Sport", code="sport")


@pytest.fixture
def officer(db):
    return make_officer()


@pytest.fixture
def client(sign_in, officer):
    return sign_in(officer)


def send(client, content=FILE, name="themes.csv", kind=""):
    content = content if isinstance(content, bytes) else content.encode()
    return client.post(reverse("imports:upload"), {"file": SimpleUploadedFile(name, content), "kind": kind})


def page(client, run, **query):
    return client.get(reverse("imports:run", args=[run.pk]), query)


def test_upload_shows_the_preview_at_once(client, borough, officer):
    response = send(client)
    run = ImportRun.objects.get()
    assert response.url == reverse("imports:run", args=[run.pk])
    assert (run.status, run.by) == ("previewed", officer)
    shown = page(client, run).content.decode()
    assert "Applying writes 2 themes. Nothing has been changed yet." in shown
    assert "<del>Health</del> → <ins>Health and wellbeing</ins>" in shown
    assert "Theme&#x27;s name:" in shown
    assert "The name is written in capitals." in page(client, run, show="suspicious").content.decode()


def test_upload_refuses_an_unknown_kind_of_file_beside_the_field(client):
    response = send(client, "a,b\n1,2\n")
    assert response.status_code == 200
    assert response.context["form"].errors["file"][0].startswith("We do not know this kind of file.")
    assert ImportRun.objects.count() == 0


def test_upload_without_a_file_asks_for_one(client):
    response = client.post(reverse("imports:upload"), {})
    assert list(response.context["form"].errors) == ["file"]


def test_upload_of_too_large_a_file_is_refused(client, settings):
    settings.MAX_UPLOAD_MB = 1
    response = send(client, b"x" * (1024 * 1024 + 1))
    assert response.context["form"].errors["file"] == ["The file must be smaller than 1 MB"]


def test_upload_of_a_kind_the_person_may_not_import_is_refused(client):
    response = send(client, "postcode,ward_code\nM33 1AA,E05000001\n", kind="postcodes")
    assert list(response.context["form"].errors) == ["kind"]


def test_upload_of_a_large_file_is_read_by_a_worker(client, run_on_commit, eager_tasks, monkeypatch):
    monkeypatch.setattr("vcse_portal.imports.views.AT_ONCE", 10)
    with run_on_commit():
        send(client)
    assert ImportRun.objects.get().status == "previewed"


def test_run_that_was_refused_says_why(client):
    send(client, "Theme code,Theme name\na,b\nc\n")
    run = ImportRun.objects.get()
    assert "Row 3 has 1 columns, but the heading has 2." in page(client, run).content.decode()


def test_run_lists_each_outcome_and_its_download(client, borough):
    send(client)
    run = ImportRun.objects.get()
    for outcome, count in run.counts.items():
        assert len(page(client, run, show=outcome).context["rows"]) == count == 1
    response = page(client, run, show="rejected", format="csv")
    lines = b"".join(response.streaming_content).decode("utf-8-sig").splitlines()
    assert lines == [
        "Row in file,Outcome,Reasons,Theme code,Theme name",
        "6,Rejected,The code must be one word of lower-case letters.,two words,'=1+1",
    ]


def test_run_with_a_nonsense_address_shows_something_sensible(client, borough):
    send(client)
    run = ImportRun.objects.get()
    assert page(client, run, show="nonsense", page="-4").status_code == 200
    assert client.get(reverse("imports:run", args=[10**30])).status_code == 404


def test_apply_is_done_by_a_worker_and_shown(client, borough, run_on_commit, eager_tasks):
    send(client)
    run = ImportRun.objects.get()
    with run_on_commit():
        response = client.post(reverse("imports:apply", args=[run.pk]))
    assert response.url == reverse("imports:run", args=[run.pk])
    shown = page(client, run, show="new").content.decode()
    assert "2 themes written." in shown
    assert f"/themes/{Theme.objects.get(code='housing').pk}/" in shown


def test_apply_pressed_twice_is_done_once(client, borough, run_on_commit):
    send(client)
    run = ImportRun.objects.get()
    client.post(reverse("imports:apply", args=[run.pk]))
    again = client.post(reverse("imports:apply", args=[run.pk]), follow=True)
    assert "cannot be applied: it is being applied" in again.content.decode()
    assert Theme.objects.count() == 2


def test_progress_says_how_far_it_is_and_when_it_is_done(client, borough, run_on_commit):
    send(client)
    run = ImportRun.objects.get()
    address = reverse("imports:progress", args=[run.pk])
    client.post(reverse("imports:apply", args=[run.pk]))
    assert client.get(address).json() == {
        "done": 0,
        "total": 5,
        "label": "Being applied",
        "words": "0 of about 5 rows",
        "finished": False,
        "href": reverse("imports:run", args=[run.pk]),
    }
    assert "You can leave this page" in page(client, run).content.decode()
    tasks.apply(run.pk)
    assert client.get(address).json()["finished"] is True


def test_tick_writes_the_suspicious_row_too(client, borough, run_on_commit, eager_tasks):
    send(client)
    run = ImportRun.objects.get()
    assert 'name="row" value="4"' in page(client, run, show="suspicious").content.decode()
    client.post(reverse("imports:tick", args=[run.pk]), {"shown": ["4"], "row": ["4", "²", "x", "9" * 40]})
    assert "and 1 ticked row" in page(client, run).content.decode()
    with run_on_commit():
        client.post(reverse("imports:apply", args=[run.pk]))
    assert Theme.objects.get(code="arts").name == "ARTS"


def test_undo_asks_first_and_lists_what_was_kept(client, borough, run_on_commit, eager_tasks, write):
    run = run_now(write(FILE))
    address = reverse("imports:undo", args=[run.pk])
    assert "2 themes written" in client.get(address).content.decode()
    Theme.objects.filter(code="housing").delete()
    with run_on_commit():
        client.post(address)
    shown = page(client, run).content.decode()
    assert "1 put back, 1 kept." in shown
    assert "Row 3 (housing): It has been edited since." in shown
    assert client.get(address).status_code == 403


def test_same_file_again_says_that_it_was_applied(client, borough, write):
    earlier = run_now(write(FILE))
    send(client)
    shown = page(client, ImportRun.objects.first(), show="suspicious").content.decode()
    assert f"as import {earlier.pk}." in shown
    assert "There is nothing to apply" in shown


def test_lost_run_is_handed_on_by_the_sweep(client, borough, eager_tasks):
    send(client)
    run = ImportRun.objects.get()
    client.post(reverse("imports:apply", args=[run.pk]))  # the message never reached a worker
    tasks.resume_runs()
    assert ImportRun.objects.get().status == "applied"


PEOPLE = {
    "visitor": (None, 302),
    "member": (lambda: make_user(), 403),
    "councillor": (make_councillor, 403),
    "property": (lambda: make_officer("property"), None),
    "partnerships": (make_officer, 200),
    "administrator": (make_administrator, 200),
}


@pytest.mark.parametrize("person", PEOPLE)
def test_pages_by_role(person, sign_in, client, write, borough, django_user_model):
    from django.test import Client

    from vcse_portal.imports import registry

    make, status = PEOPLE[person]
    user = make() if make else None
    other = sign_in(user) if user else Client()
    if status is None:  # officers of the other parts see the pages if some kind is theirs
        status = 200 if registry.importable_by(user) else 403
    run = run_now(write(FILE))
    assert other.get(reverse("imports:index")).status_code == status
    assert other.get(reverse("imports:upload")).status_code == status
    sees = person in ("partnerships", "administrator")
    for name in ("run", "progress", "undo"):
        address = reverse(f"imports:{name}", args=[run.pk])
        assert other.get(address).status_code == (200 if sees else 302 if user is None else 404)
    for name in ("apply", "tick", "undo"):
        response = other.post(reverse(f"imports:{name}", args=[run.pk]))
        if not sees:
            assert response.status_code == (302 if user is None else 404)
    assert ImportRun.objects.get().status == ("undoing" if sees else "applied")


def test_index_asks_the_same_number_of_queries_for_one_and_four(client, write, django_assert_max_num_queries):
    run_now(write(FILE))
    client.get(reverse("imports:index"))
    with django_assert_max_num_queries(6) as one:
        client.get(reverse("imports:index"))
    for _ in range(3):
        run_now(write(FILE))
    with django_assert_max_num_queries(len(one)):
        assert len(client.get(reverse("imports:index")).context["page"]) == 4


def test_run_asks_the_same_number_of_queries_for_one_and_four_rows(
    client, write, django_assert_max_num_queries
):
    counts = []
    for rows in (1, 4):
        lines = "".join(f"theme-{rows}-{n},Theme\n" for n in range(rows))
        run = run_now(write("Theme code,Theme name\n" + lines), preview_only=True)
        page(client, run)
        with django_assert_max_num_queries(9) as found:
            assert len(page(client, run).context["rows"]) == rows
        counts.append(len(found))
    assert counts[0] == counts[1]


@pytest.mark.parametrize(
    "content", [zipped(data_csv=FILE), workbook(["Theme code", "Theme name"], ["a", "b"])]
)
def test_upload_leaves_archives_to_the_worker_however_small(client, borough, content):
    send(client, content, "themes.zip")
    run = ImportRun.objects.get()
    assert run.status == "uploaded"
    tasks.preview(run.pk)
    run.refresh_from_db()
    assert run.status == "previewed"
