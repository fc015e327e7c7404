"""The council's own lists: columns matched once and remembered, and our own download read back whole."""

import csv
import io
from decimal import Decimal

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import CommandError, call_command
from django.urls import reverse
from openpyxl import Workbook

from organisations import export
from organisations.imports import columns
from organisations.models import Contact, Identifier, Organisation
from tests.factories import make_community, make_officer, make_theme, make_ward
from tests.organisations.factories import make_organisation
from vcse_portal.borough.models import Postcode, Support
from vcse_portal.imports.models import ImportRun
from vcse_portal.imports.operations import preview_import, run_now, undo_now
from vcse_portal.ui.csv import csv_lines

pytestmark = pytest.mark.django_db
CHARITY, COMPANY = Identifier.Scheme.CHARITY, Identifier.Scheme.COMPANY
KIND = "organisation_list"


@pytest.fixture(autouse=True)
def media(settings, tmp_path):
    settings.MEDIA_ROOT = str(tmp_path / "media")


@pytest.fixture
def client(sign_in):
    return sign_in(make_officer())


def write(tmp_path, *lines: str, name="list.csv"):
    path = tmp_path / name
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


def bring(path, **options):
    return run_now(path, kind=KIND, options=options)


def counts(run) -> tuple:
    return tuple(run.counts[k] for k in ("new", "changed", "unchanged", "suspicious", "rejected"))


# Our own download ------------------------------------------------------------------------------------------
@pytest.fixture
def full():
    """A record with something in every column, and one with nothing but a name."""
    make_theme("Health", code="health"), make_theme("Arts; crafts", code="arts")
    make_community("Older people", code="older")
    ward = make_ward("Hale")
    Postcode.objects.create(code="WA150HF", ward=ward)
    Support.objects.create(code="books", name="Bookkeeping")
    one = make_organisation(
        "=Hale Club",
        known_as="The 'Hub'",
        summary="Line one.\nLine; two",
        legal_structure="cio",
        status="dormant",
        status_reason="Resting",
        registered_on="2015-11-30",
        themes=["health"],
        communities=["older"],
        languages=["Somali", "Urdu"],
        wards_worked=[ward.code],
        address="1 High Street, Hale",
        postcode="WA15 0HF",
        is_address_public=True,
        website="https://hale.example/",
        opening_text="Mondays",
        income=Decimal("1250.50"),
        income_year_end="2025-03-31",
        income_source="Accounts",
        staff_fte=Decimal("2.5"),
        volunteers=12,
        trustees=5,
        beneficiaries=300,
        premises="owned",
        support_needs="A hall",
        support_wanted=["books"],
        support_offered=["books"],
        is_equalities_led=True,
        is_infrastructure=True,
        is_anchor=True,
        is_consortium=True,
        is_faith_group=True,
        is_public_body=True,
        is_published=False,
        source="By hand",
        confirmed_on="2026-01-02",
        numbers={CHARITY: "1164883", COMPANY: "02534145", Identifier.Scheme.SCOTLAND: "SC009481"},
    )
    one.contacts.create(channel="email", value="a@example.org", consent="yes")
    one.contacts.create(channel="email", value="b@example.org", consent="no")
    one.contacts.create(channel="telephone", value="+44 20 7946 0656", consent="unknown")
    one.contacts.create(channel="post", value="PO Box 1", consent="yes")
    return one, make_organisation("Bellringers")


def download(tmp_path):
    chunks = export.all_of_the_register(is_published=False)
    path = tmp_path / "download.csv"
    text = "".join(csv_lines(export.HEADER, export.rows(chunks, with_private=True)))
    path.write_text(text, encoding="utf-8", newline="")
    return path


def facts_of(organisation) -> dict:
    left_out = {
        "id",
        "name_sort",
        "key",
        "created_at",
        "updated_at",
        "version",
        "merged_into",
        "next_confirmation_on",
    }
    organisation.refresh_from_db()
    fields = {f.name: getattr(organisation, f.name) for f in organisation._meta.concrete_fields}
    return {
        **{name: value for name, value in fields.items() if name not in left_out},
        "numbers": set(organisation.identifiers.values_list("scheme", "number")),
        "contacts": set(organisation.contacts.values_list("channel", "value", "consent")),
    }


def test_our_download_is_known_by_its_columns_and_changes_nothing(full, tmp_path):
    run = run_now(download(tmp_path))
    assert run.kind == KIND
    assert counts(run) == (0, 0, 2, 0, 0)
    assert [row.reasons for row in run.rows.all()] == [[], []]


def test_our_download_brings_back_every_column(full, tmp_path):
    one, other = full
    before, path = [facts_of(one), facts_of(other)], download(tmp_path)
    one.identifiers.all().delete(), one.contacts.all().delete()
    Organisation.objects.all().delete()
    assert counts(run_now(path)) == (2, 0, 0, 0, 0)
    again = [facts_of(Organisation.objects.get(name="=Hale Club"))]
    again += [facts_of(Organisation.objects.get(name="Bellringers"))]
    before[1]["source"] = again[1]["source"] = ""
    assert again == before


def test_every_column_of_our_download_is_read():
    assert set(columns.HEADINGS.values()) == set(export.HEADER)
    assert columns.is_native(list(export.HEADER))
    assert columns.guess(list(export.HEADER)) == {heading: name for name, heading in columns.HEADINGS.items()}


def change(path, tmp_path, **cells):
    with path.open(newline="", encoding="utf-8-sig") as file:
        rows = list(csv.DictReader(file))
    for row in rows:
        if row["Registered charity number"]:
            row |= {columns.HEADINGS[name]: text for name, text in cells.items()}
    target = tmp_path / "changed.csv"
    with target.open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, rows[0].keys())
        writer.writeheader()
        writer.writerows(rows)
    return target


def test_a_changed_download_changes_the_record_and_undo_puts_it_back(full, tmp_path):
    one, _other = full
    before = facts_of(one)
    path = change(
        download(tmp_path),
        tmp_path,
        name="Hale Hub",
        status="Active",
        themes="Health; Arts; crafts; Juggling",
        income="£2,000",
        registered_on="01/12/2015",
        is_published="yes",
        email="a@example.org; new@example.org",
        email_consent="no; yes",
    )
    run = run_now(path)
    assert counts(run) == (0, 1, 1, 0, 0)
    changed = run.rows.get(outcome="changed")
    assert set(changed.changes) == {
        *("name", "status", "themes", "income", "registered_on", "is_published", "contacts", "consents")
    }
    assert changed.changes["themes"] == [["health"], ["health", "arts"]]
    assert changed.reasons == ["“Juggling” is not one of our themes; it was left out."]
    one.refresh_from_db()
    assert (one.name, one.status, one.income) == ("Hale Hub", "active", Decimal("2000.00"))
    assert set(one.contacts.filter(channel="email").values_list("value", "consent")) == {
        ("a@example.org", "no"),
        ("b@example.org", "no"),
        ("new@example.org", "yes"),
    }
    undo_now(run.pk)
    assert facts_of(one) == before


# Somebody else's columns ---------------------------------------------------------------------------------------
THEIRS = "Group,Post Code,Charity No.,Contact e-mail,Themes,Notes"


def test_a_list_of_the_councils_own_is_read_by_what_its_columns_sound_like(tmp_path):
    make_theme("Health", code="health")
    run = bring(write(tmp_path, THEIRS, "Bellringers,M33 1AA,1164883,a@example.org,health;Juggling,x"))
    assert counts(run) == (1, 0, 0, 0, 0)
    one = Organisation.objects.get()
    assert (one.name, one.postcode, one.themes, one.source) == (
        *("Bellringers", "M33 1AA", ["health"], "Council’s list"),
    )
    assert run.rows.get().reasons == ["“Juggling” is not one of our themes; it was left out."]
    assert one.contacts.get().consent == "unknown"


@pytest.mark.parametrize(
    ("held", "row", "outcome"),
    [
        ({"numbers": {CHARITY: "1164883"}}, "Other name,,1164883,,,", "changed"),
        ({"postcode": "M33 1AA"}, "bellringers,M33 1AA,,,,", "changed"),
        ({"postcode": "M33 1AA"}, "Bellringers,M33 1AA,,,,", "unchanged"),
        ({}, "Bellringers,,,,,", "unchanged"),
        ({"postcode": "M33 1AA"}, "Bellringers,,,,,", "suspicious"),
        ({"postcode": "M33 1AA"}, "Bellringers,LS1 1AA,,,,", "suspicious"),
        ({"postcode": "M33 1AA"}, "Ringers,M33 1AA,,,,", "new"),
        ({}, ",M33 1AA,1164883,,,", "rejected"),
    ],
)
def test_whose_row_it_is(held, row, outcome, tmp_path):
    make_organisation("Bellringers", **held)
    run = bring(write(tmp_path, THEIRS, row))
    assert run.rows.get().outcome == outcome


def test_portal_number_of_another_name_is_suspicious_and_can_be_ticked(tmp_path):
    ours = make_organisation("Bellringers")
    path = write(tmp_path, "Organisation name,Portal number", f"Ringers of Bells,{ours.pk}")
    run = bring(path)
    row = run.rows.get()
    assert (row.outcome, row.then, row.target_id) == ("suspicious", "changed", ours.pk)
    assert row.reasons == [
        f"Portal number {ours.pk} is “Bellringers”. Tick this row if that is the same organisation."
    ]


def test_two_rows_of_one_group_are_told_apart_or_rejected(tmp_path):
    run = bring(
        write(tmp_path, "Organisation name,Postcode", "Choir,M33 1AA", "CHOIR,m33 1aa", "Choir,M33 1AB")
    )
    assert counts(run) == (2, 0, 0, 0, 1)
    assert run.rows.get(outcome="rejected").reasons == [
        "Row 2 has the same number or name. Only the first was read."
    ]


def test_what_cannot_be_read_is_left_out_with_a_sentence(tmp_path):
    heading = [
        columns.HEADINGS[name]
        for name in (
            "name",
            "postcode",
            "income",
            "volunteers",
            "status",
            "is_anchor",
            "ward",
            "other_numbers",
        )
    ]
    run = bring(write(tmp_path, ",".join(heading), "Choir,nowhere,lots,many,merged,perhaps,Atlantis,123"))
    assert counts(run) == (1, 0, 0, 0, 0)
    assert run.rows.get().reasons == [
        "A record is merged on its page, not by a list; the status was left out.",
        "many is not a whole number; volunteers was left out.",
        "perhaps is neither yes nor no; Community anchor was left out.",
        "nowhere is not a postcode; it was left out.",
        "lots is not an amount of money; it was left out.",
        "“Atlantis” is not one of our wards; it was left out.",
        "“123” does not say of which register it is, as GB-SC-SC009481 does.",
    ]


def test_import_command_takes_what_columns_mean(tmp_path, capsys):
    path = write(tmp_path, "Who,Where", "Choir,M33 1AA")
    with pytest.raises(CommandError, match="We do not know this kind of file"):
        call_command("import_organisations", str(path))
    with pytest.raises(CommandError, match="Not a column of ours: Place"):
        call_command("import_organisations", str(path), "--column", "Where=Place")


# On the pages -----------------------------------------------------------------------------------------------------
def upload(client, content, name="groups.csv", kind=KIND):
    content = content if isinstance(content, bytes) else content.encode()
    return client.post(reverse("imports:upload"), {"file": SimpleUploadedFile(name, content), "kind": kind})


def workbook(*lines) -> bytes:
    book, file = Workbook(), io.BytesIO()
    for line in lines:
        book.active.append(line)
    book.save(file)
    return file.getvalue()


LINES = (["Group", "Where", "Joined"], ["Choir", "M33 1AA", "3 May"], ["Band", "M33 1AB", ""])
CSV = "\n".join(",".join(line) for line in LINES)


@pytest.mark.parametrize("content", [CSV, workbook(*LINES)], ids=["csv", "xlsx"])
def test_columns_are_asked_for_remembered_and_may_be_matched_anew(content, client):
    run = ImportRun.objects.get(pk=int(upload(client, content).url.split("/")[-2]))
    assert run.status == "asking"
    page = client.get(reverse("imports:run", args=[run.pk]), follow=True)
    form = page.context["form"]
    assert [(f.label, f.initial) for f in form.fields.values()] == [
        ("Group", "name"),
        ("Where", ""),
        ("Joined", ""),
    ]
    assert "Such as: M33 1AA; M33 1AB" in page.content.decode()
    answers = {"column_0": "name", "column_1": "postcode", "column_2": ""}
    client.post(reverse("imports:answer", args=[run.pk]), answers)
    client.post(reverse("imports:answer", args=[run.pk]), answers)  # a second click
    preview_import(run.pk)  # a workbook is left to a worker
    run.refresh_from_db()
    assert (run.status, run.options["columns"]) == ("previewed", {"Group": "name", "Where": "postcode"})
    assert Organisation.objects.count() == 0
    shown = client.get(reverse("imports:run", args=[run.pk])).content.decode()
    assert "Match the columns differently" in shown
    assert "Choir · M33 1AA" in shown

    again = upload(client, content)
    form = client.get(again.url, follow=True).context["form"]
    assert [f.initial for f in form.fields.values()] == ["name", "postcode", ""]


@pytest.mark.parametrize(
    ("answers", "sentence"),
    [
        ({"column_1": "postcode"}, "Say which column holds the organisation name"),
        ({"column_0": "name", "column_1": "name"}, "“Organisation name” was chosen for more than one column"),
        ({"column_0": "nonsense"}, "Select a valid choice"),
    ],
)
def test_columns_must_make_sense(answers, sentence, client):
    url = reverse("imports:answer", args=[int(upload(client, CSV).url.split("/")[-2])])
    page = client.post(url, answers)
    assert page.status_code == 200
    assert sentence in page.content.decode()


def test_our_download_asks_nothing(client, full, tmp_path):
    run = ImportRun.objects.get(
        pk=int(upload(client, download(tmp_path).read_bytes(), kind="").url.split("/")[-2])
    )
    assert (run.status, counts(run)) == ("previewed", (0, 0, 2, 0, 0))


def test_a_run_that_was_applied_asks_no_more(client, run_on_commit):
    pk = int(upload(client, CSV).url.split("/")[-2])
    client.post(reverse("imports:answer", args=[pk]), {"column_0": "name"})
    client.post(reverse("imports:apply", args=[pk]))
    assert client.get(reverse("imports:answer", args=[pk])).status_code == 302


def test_heading_is_the_same_however_it_is_written():
    assert columns.plain("Reg. Charity No.") == columns.plain("Registered charity number")
    found = columns.guess(["Name", "Organisation", "Post-Code", "E-mail", "Tel no"])
    assert found == {
        "Name": "name",
        "Organisation": "",
        "Post-Code": "postcode",
        "E-mail": "email",
        "Tel no": "telephone",
    }


def test_contacts_of_a_list_are_not_published_unless_it_says_so(tmp_path):
    heading = ",".join(columns.HEADINGS[n] for n in ("name", "email", "email_consent"))
    bring(write(tmp_path, heading, "Choir,a@example.org; b@example.org,yes", "Band,c@example.org,"))
    assert dict(Contact.objects.values_list("value", "consent")) == {
        "a@example.org": "yes",
        "b@example.org": "unknown",
        "c@example.org": "unknown",
    }
