"""A register of several files on the pages: chosen at once, asked about, read by a worker; and what its words mean."""

from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from organisations.imports.extract.meanings import classification
from organisations.models import Organisation
from tests.factories import (
    make_administrator,
    make_community,
    make_councillor,
    make_officer,
    make_theme,
    make_user,
    make_ward,
)
from tests.organisations.extracts import Extract
from vcse_portal.borough.models import Postcode
from vcse_portal.borough.operations import close_listed
from vcse_portal.imports.models import ImportRun, Meaning
from vcse_portal.imports.operations import answer_questions, forget_old_files, runs_due, save_meaning
from vcse_portal.ui.conflict import Conflict

pytestmark = pytest.mark.django_db
VOCABULARY = "charity-classification"


@pytest.fixture(autouse=True)
def media(settings, tmp_path):
    settings.MEDIA_ROOT = str(tmp_path / "media")


@pytest.fixture
def client(sign_in):
    return sign_in(make_officer())


def files() -> list[SimpleUploadedFile]:
    one = Extract()
    club = one.charity(1164883, "HALE YOUTH CLUB", charity_contact_postcode="WA15 0HF")
    club("area_of_operation", geographic_area_type="Local Authority", geographic_area_description="Trafford")
    club("classification", classification_code="102", classification_type="What")
    return [SimpleUploadedFile(name, content) for name, content in one.files().items()]


def send(client, files, kind=""):
    return client.post(reverse("imports:upload"), {"file": files, "kind": kind})


# Several files at once -----------------------------------------------------------------------------------------
def test_several_files_are_one_import_asked_about_and_read_by_a_worker(client, eager_tasks, run_on_commit):
    response = send(client, files())
    run = ImportRun.objects.get()
    assert (run.kind, run.status) == ("charity_extract", "asking")
    assert run.file_name == "publicextract.charity.zip and 12 others"
    page = client.get(response.url, follow=True)
    assert page.redirect_chain == [(reverse("imports:answer", args=[run.pk]), 302)]
    assert list(page.context["form"].fields) == ["area", "within", "throughout"]
    with run_on_commit():
        client.post(reverse("imports:answer", args=[run.pk]), {"area": "Trafford", "within": "area"})
    run.refresh_from_db()
    assert (run.status, run.counts["new"]) == ("previewed", 1)
    assert Organisation.objects.count() == 0
    shown = client.get(reverse("imports:run", args=[run.pk])).content.decode()
    assert "HALE YOUTH CLUB · 1164883" in shown
    assert "Match the columns differently" not in shown  # what arrived is gathered and gone
    with run_on_commit():
        client.post(reverse("imports:apply", args=[run.pk]))
    assert Organisation.objects.get().name == "Hale Youth Club"


def test_files_that_do_not_belong_together_are_refused(client):
    two = [SimpleUploadedFile(f"{n}.csv", b"code,name\na,b\n") for n in (1, 2)]
    page = send(client, two)
    assert page.context["form"].errors["file"] == [
        "A zip must hold exactly one file. These files do not belong together. Import one at a time."
    ]
    assert ImportRun.objects.count() == 0


def test_files_together_too_large_are_refused(client, settings):
    settings.MAX_UPLOAD_MB = 1
    two = [SimpleUploadedFile(f"{n}.csv", b"x" * 600_000) for n in (1, 2)]
    assert send(client, two).context["form"].errors["file"] == [
        "The files together must be smaller than 1 MB"
    ]


def test_wrong_area_is_refused_on_the_page_with_a_hint(client, eager_tasks, run_on_commit):
    pk = int(send(client, files()).url.split("/")[-2])
    with run_on_commit():
        client.post(reverse("imports:answer", args=[pk]), {"area": "Straford", "within": "area"})
    page = client.get(reverse("imports:run", args=[pk])).content.decode()
    assert "No charity in the file works in “Straford”. Did you mean Trafford?" in page
    assert "Nothing was changed" in page


def test_questions_are_for_those_who_may_import_it(client, sign_in):
    pk = int(send(client, files()).url.split("/")[-2])
    for person, answer in (
        (make_officer("property"), 404),
        (make_councillor(), 404),
        (make_user(), 404),
        (make_administrator(), 200),
    ):
        assert sign_in(person).get(reverse("imports:answer", args=[pk])).status_code == answer


def test_questions_nobody_answered_are_forgotten_with_their_file(client):
    pk = int(send(client, files()).url.split("/")[-2])
    assert runs_due() == []
    assert forget_old_files(timezone.now() + timedelta(days=91)) == 1
    run = ImportRun.objects.get(pk=pk)
    assert (run.status, bool(run.file)) == ("refused", False)


def test_answer_questions_has_its_history(client):
    pk = int(send(client, files()).url.split("/")[-2])
    officer = make_officer()
    run = answer_questions(pk, {"area": "Trafford"}, by=officer)
    context = run.events.order_by("-pgh_id").first().pgh_context.metadata
    assert (context["deed"], context["user"]) == ("questions answered", officer.pk)


# What its words mean ----------------------------------------------------------------------------------------------
@pytest.fixture
def lists():
    make_theme("Education and learning", code="learning"), make_theme("Sport", code="sport")
    make_community("Everyone", code="everyone")
    Postcode.objects.create(code="WA150HF", ward=make_ward())


def test_meaning_is_guessed_from_our_own_words(lists):
    found = classification.meanings()
    assert (found["102"].themes, found["207"].communities, found["111"].themes) == (
        ["learning"],
        ["everyone"],
        [],
    )
    assert all(one.pk is None for one in found.values())


def test_meaning_of_a_closed_theme_is_not_guessed(lists):
    close_listed("theme", "learning", by=make_officer())
    assert classification.meaning("102").themes == []


def test_meaning_decided_on_the_page_is_what_the_next_import_uses(lists, client, eager_tasks, run_on_commit):
    url = reverse("imports:meaning_edit", args=[VOCABULARY, "102"])
    page = client.get(url)
    assert page.context["form"].initial["themes"] == ["learning"]
    response = client.post(url, {"themes": ["sport"], "communities": [], "version": 0})
    assert response.url == reverse("imports:meanings", args=[VOCABULARY])
    shown = client.get(response.url).content.decode()
    assert "By an officer" in shown
    pk = int(send(client, files()).url.split("/")[-2])
    with run_on_commit():
        client.post(reverse("imports:answer", args=[pk]), {"area": "Trafford", "within": "area"})
    with run_on_commit():
        client.post(reverse("imports:apply", args=[pk]))
    assert Organisation.objects.get().themes == ["sport"]


def test_meaning_edited_by_two_conflicts(lists, client):
    url = reverse("imports:meaning_edit", args=[VOCABULARY, "102"])
    save_meaning(VOCABULARY, "102", themes=["learning"], communities=[], by=make_officer())
    answer = client.post(url, {"themes": ["sport"], "communities": [], "version": 0})
    assert answer.status_code == 409
    assert Meaning.objects.get().themes == ["learning"]
    save_meaning(VOCABULARY, "102", themes=["sport"], communities=[], version=1, by=make_officer())
    with pytest.raises(Conflict):
        save_meaning(VOCABULARY, "102", themes=[], communities=[], version=1, by=make_officer())
    assert Meaning.objects.get().version == 2


def test_meaning_of_a_second_click_is_the_first(lists):
    for _click in range(2):
        save_meaning(VOCABULARY, "102", themes=["sport"], communities=[], version=0, by=make_officer())
    assert Meaning.objects.get().version == 1


def test_meanings_ask_the_same_queries_however_many_there_are(lists, client, django_assert_num_queries):
    url = reverse("imports:meanings", args=[VOCABULARY])
    client.get(url)
    save_meaning(VOCABULARY, "102", themes=["sport"], communities=[], by=make_officer())
    with CaptureQueriesContext(connection) as one:
        client.get(url)
    for code in ("103", "104", "105"):
        save_meaning(VOCABULARY, code, themes=["sport"], communities=[], by=make_officer())
    with django_assert_num_queries(len(one)):
        client.get(url)


def test_meanings_as_csv(lists, client):
    answer = client.get(reverse("imports:meanings", args=[VOCABULARY]), {"format": "csv"})
    lines = b"".join(answer.streaming_content).decode("utf-8-sig").splitlines()
    assert lines[0] == "Code,Their words,Themes,Communities,Guessed"
    assert "102,Education and training,Education and learning,,yes" in lines


@pytest.mark.parametrize(
    ("make", "answer"),
    [
        (lambda: make_officer("partnerships"), 200),
        (make_administrator, 200),
        (lambda: make_officer("property"), 403),
        (make_councillor, 404),
        (make_user, 404),
    ],
)
def test_meanings_are_for_those_who_keep_the_register(make, answer, sign_in):
    client = sign_in(make())
    for name, args in (("meanings", [VOCABULARY]), ("meaning_edit", [VOCABULARY, "102"])):
        assert client.get(reverse(f"imports:{name}", args=args)).status_code == answer


def test_meaning_of_an_unknown_word_is_not_found(client):
    assert client.get(reverse("imports:meaning_edit", args=[VOCABULARY, "999"])).status_code == 404
    assert client.get(reverse("imports:meanings", args=["nothing"])).status_code == 404
