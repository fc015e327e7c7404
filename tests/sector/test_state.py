"""The state of the sector: what is counted, what is hidden, what is said of last year, and the paper."""

import csv
import io
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from hypothesis import given, settings
from hypothesis import strategies as st

from organisations import operations as organisations
from organisations.bands import Band
from organisations.sector import operations, tasks
from organisations.sector.figures import count, seal
from organisations.sector.models import Paper, Snapshot
from organisations.sector.state import cells, dimensions, state_of
from organisations.sector.suppression import FEWEST
from tests.factories import make_councillor, make_officer, make_theme, make_user, make_ward
from tests.organisations.factories import make_organisation
from tests.pdf.conftest import Paper as Read

pytestmark = pytest.mark.django_db
STATE = "/sector/"
TODAY = date(2026, 11, 20)
NOW = datetime(2026, 11, 20, 9, tzinfo=UTC)


def many(number: int, **facts) -> None:
    for _ in range(number):
        make_organisation(**facts)


def shown(figures: dict, code: str) -> dict[str, tuple]:
    dimension = next(d for d in dimensions() if d.code == code)
    return {c.code: (c.number, c.income) for c in cells(figures, dimension)}


def state(figures: dict, earlier: dict | None = None):
    return state_of(figures, earlier, source="the register", next_freeze=date(2027, 4, 1))


# What is counted ----------------------------------------------------------------------------------------
def test_figures_count_the_public_directory_only():
    many(6, income=Decimal(10))
    make_organisation(is_published=False, income=Decimal(1_000_000))
    closed = make_organisation(income=Decimal(5))
    organisations.edit_organisation(closed.pk, version=1, by=make_officer(), status="closed")
    found = count(timezone.localdate())
    assert (found["total"], found["income"], found["movement"]) == (6, "60.00", {"added": 6, "closed": 1})


def test_figures_by_theme_count_an_organisation_under_each():
    health, arts = make_theme("Health"), make_theme("Arts")
    many(5, themes=[health.code, arts.code], income=Decimal(100))
    many(1, themes=[health.code])
    assert shown(count(TODAY), "theme") == {"health": (6, Decimal(500)), "arts": (5, Decimal(500))}


def test_figures_say_what_is_missing():
    ward = make_ward("East")
    many(6)
    many(
        7,
        ward=ward,
        income=Decimal(1),
        legal_structure="cic",
        summary="We do",
        confirmed_on=timezone.localdate(),
    )
    found = state(count(timezone.localdate()))
    assert found.missing.sentence.startswith("Most often missing is “What it does, as a theme”: in 13 of 13")
    assert [(label, n) for label, n in found.missing.table.rows] == [
        ("Yearly income", "not shown"),
        ("Ward", "6"),
        ("Legal structure", "not shown"),
        ("What it does, as a theme", "13"),
        ("Whom it serves", "13"),
        ("What it does, in words", "6"),
        ("Any published way to reach it", "13"),
        ("Confirmed within the last 13 months", "6"),
    ]


# What is hidden -----------------------------------------------------------------------------------------
def test_cells_under_five_are_hidden_with_the_next_so_that_no_total_gives_them_away():
    many(3, legal_structure="cic", income=Decimal(700))
    many(6, legal_structure="cio", income=Decimal(100))
    many(9, legal_structure="clg", income=Decimal(100))
    found = shown(count(TODAY), "structure")
    assert (found["cic"], found["clg"]) == ((None, None), (9, Decimal(900)))
    # the other structures are hidden as well, having none: with cic they come to three, so cio goes too
    assert found["cio"] == (None, None)


def test_income_of_few_is_hidden_though_their_number_is_shown():
    many(4, legal_structure="cic", income=Decimal(700))
    many(6, legal_structure="cic")
    many(8, legal_structure="cio", income=Decimal(100))
    many(9, legal_structure="clg", income=Decimal(100))
    found = shown(count(TODAY), "structure")
    assert [found[code] for code in ("cic", "cio", "clg")] == [(10, None), (None, None), (9, Decimal(900))]


CELLS = st.lists(st.tuples(st.integers(0, 12), st.integers(0, 12)), min_size=2, max_size=7)


@given(CELLS)
@settings(max_examples=200, deadline=None)
def test_nothing_hidden_can_be_worked_out_from_the_totals(pairs):
    """Numbers and incomes of any table: a reader who takes all shown from the totals is left with several at least
    five together, for numbers and for the organisations behind the incomes."""
    codes = [str(code) for code in Band.values]
    table = {c: [max(n, k), min(n, k), str(min(n, k))] for c, (n, k) in zip(codes, pairs, strict=False)}
    if "" in table:
        table[""][1:] = [0, "0"]  # of whom the band is not known the income is not known either
    figures = {"band": table, "total": sum(n for n, _k, _i in table.values())}
    found = shown(figures, "band")
    whole = {code: table.get(code, [0, 0, "0"]) for code in codes}
    for place, of in ((0, 0), (1, 1)):  # of numbers, of incomes
        gone = [c for c in codes if found[c][place] is None and not (place and c == "")]
        left = sum(whole[c][of] for c in gone)
        total = sum(whole[c][of] for c in codes)
        assert all(whole[c][of] >= FEWEST for c in codes if found[c][place] is not None)
        assert not gone or total < FEWEST or (len(gone) > 1 and left >= FEWEST), (table, found)


def test_control_hiding_small_cells_alone_would_fail_that():
    table = {"micro": [3, 3, "3"], "small": [9, 9, "9"]}
    gone = [code for code, (n, _k, _i) in table.items() if n < FEWEST]
    assert len(gone) == 1  # total less nine is three


def test_page_spreadsheet_and_paper_hide_the_same(client, tmp_path):
    many(3, legal_structure="cic", income=Decimal(123_457))
    many(6, legal_structure="cio", income=Decimal(100))
    many(12, legal_structure="clg", income=Decimal(100))
    page = client.get(STATE).content.decode()
    text = client.get(reverse("sector:state_figures")).getvalue().decode("utf-8-sig")
    rows = {
        row["Code"]: row for row in csv.DictReader(io.StringIO(text)) if row["Table"] == "Legal structure"
    }
    assert rows["cic"]["Organisations"] == rows["cic"]["Yearly income together"] == "not shown"
    assert rows["clg"]["Organisations"] == "12"
    for gone in ("370,371", "370371"):
        assert gone not in page
        assert gone not in text


def test_a_handful_is_no_figure(client):
    many(3, income=Decimal(100))
    page = client.get(STATE).content.decode()
    assert "There are fewer than 5 organisations in the public directory." in page
    assert "£300" not in page


def test_an_empty_register_says_what_will_be_here(client):
    assert "No organisation is listed yet" in client.get(STATE).content.decode()


def _a_small_borough():
    theme, ward = make_theme("Health"), make_ward("East")
    for structure, income in (("cic", 100), ("cio", 20_000), ("clg", 500_000), ("trust", 2_000_000)):
        many(6, legal_structure=structure, income=Decimal(income), themes=[theme.code], ward=ward)


# The page -----------------------------------------------------------------------------------------------
def test_every_figure_has_a_sentence_a_table_its_source_and_its_date(client):
    _a_small_borough()
    page = client.get(STATE)
    charts = [c for _heading, found in page.context["state"].charts for c in found] + [
        page.context["state"].missing
    ]
    assert len(charts) == 9
    assert all(chart.sentence and chart.table.rows and chart.source and chart.as_at for chart in charts)
    drawn = [chart for chart in charts if chart.svg]
    assert page.content.decode().count('class="app-figure__svg"') == len(drawn) > 6
    assert page.content.decode().count("Source: the public directory of organisations kept by") == 9


def test_state_asks_as_many_statements_for_four_records_as_for_one(client):
    def statements():
        client.get(STATE)
        with CaptureQueriesContext(connection) as captured:
            assert client.get(STATE).status_code == 200
        return len(captured)

    many(1)
    one = statements()
    many(3)
    assert one == statements() <= 9


def test_council_people_are_told_how_many_are_not_counted(client, sign_in):
    make_organisation(is_published=False)
    many(2)
    assert "1 active organisation on the register is not published" in sign_in(make_councillor()).get(
        STATE
    ).content.decode().replace("\n", " ")
    assert "not published and not counted" not in client.get(STATE).content.decode()


# Change since last year ---------------------------------------------------------------------------------
def test_change_says_plainly_when_there_are_no_earlier_figures():
    many(6)
    said = state(count(timezone.localdate())).change
    assert said == (
        "No earlier figures are kept yet, so the change since last year cannot be told. The next are kept on"
        " 1 April 2027. In the last twelve months 6 organisations came onto the register and fewer than 5 were"
        " closed on it."
    )


def test_change_compares_with_the_figures_kept_nearest_a_year_ago():
    many(6, income=Decimal(1))
    many(6, income=Decimal(20_000))
    for year, as_at in ((2024, "2024-04-01"), (2025, "2025-11-01"), (2026, "2026-10-01")):
        operations.keep_figures(year, count(TODAY) | {"as_at": as_at, "total": year - 2000})
    earlier = operations.figures_of_last_year(TODAY)
    assert (earlier["as_at"], earlier["total"]) == ("2025-11-01", 25)
    found = state(count(TODAY), earlier)
    assert found.change.startswith(
        "On 1 November 2025 there were 25 organisations; now there are 12, 13 fewer."
    )
    assert found.changes.table.rows[1] == ("Small: £10,000 to £100,000", "6", "6", "0")
    assert found.changes.table.rows[2][1:] == ("not shown", "not shown", "not shown")


def test_freeze_year_keeps_the_figures_of_a_council_year_once():
    assert operations.freeze_year(now=NOW) is None  # an empty register is nothing to compare with
    many(1)
    kept = operations.freeze_year(now=NOW)
    assert (kept.year, kept.as_at, kept.figures["total"]) == (2026, "2026-11-20", 1)
    assert kept.figures_sha256 == seal(kept.figures)
    assert operations.freeze_year(now=NOW + timedelta(days=30)) is None
    assert operations.keep_figures(2026, count(TODAY)) is None  # another worker was quicker
    assert operations.freeze_year(now=datetime(2027, 4, 1, 9, tzinfo=UTC)).year == 2027
    assert Snapshot.objects.count() == 2
    assert Snapshot.objects.earliest("year").events.get().pgh_label == "created"


def test_kept_figures_are_for_council_people():
    many(1)
    kept = operations.freeze_year(now=NOW)
    assert list(Snapshot.objects.visible_to(make_councillor())) == [kept]
    assert list(Snapshot.objects.visible_to(make_user())) == []


# The paper ----------------------------------------------------------------------------------------------
def test_paper_is_one_everybody_can_read(client):
    _a_small_borough()
    operations.keep_figures(2025, count(TODAY) | {"as_at": "2025-11-20"})
    paper = operations.make_paper(now=NOW)
    read = Read(bytes(paper.content))
    assert read.is_compliant
    assert paper.page_count == len(read.pdf.pages) > 4
    assert len(read.elements("Figure")) >= 5
    response = client.get(reverse("sector:state_paper"))
    assert response.content == bytes(paper.content)
    assert response["Content-Disposition"] == 'attachment; filename="state-of-the-sector-2026-11-20.pdf"'
    assert "State of the sector, figures as at 20 November 2026" in client.get(STATE).content.decode()


def test_paper_is_not_there_before_it_is_made(client):
    assert client.get(reverse("sector:state_paper")).status_code == 404
    Paper.objects.create(as_at=TODAY)
    assert client.get(reverse("sector:state_paper")).status_code == 404


def test_paper_is_made_by_one_worker_at_a_time_and_again_after_one_died(monkeypatch):
    many(1)
    Paper.objects.create(as_at=TODAY, leased_until=NOW + timedelta(minutes=1))
    assert operations.make_paper(now=NOW) is None
    assert operations.make_paper(now=NOW + timedelta(minutes=2)).made_at


def test_due_paper_is_made_once_a_day_and_only_when_the_figures_changed():
    assert operations.make_due_paper(now=NOW) is None  # nothing to say yet
    many(1)
    assert operations.make_due_paper(now=NOW)
    many(1)
    assert operations.make_due_paper(now=NOW) is None  # today's is there
    tomorrow = NOW + timedelta(days=1)
    assert operations.make_due_paper(now=tomorrow)
    assert operations.make_due_paper(now=tomorrow + timedelta(days=1)) is None  # the same figures


@pytest.mark.parametrize(
    ("person", "answer"),
    [
        (None, 302),
        (make_user, 403),
        (make_councillor, 403),
        (lambda: make_officer("commissioning"), 403),
        (lambda: make_officer("performance"), 302),
        (lambda: make_officer("partnerships"), 302),
    ],
)
def test_paper_is_made_anew_by_who_keeps_the_register_or_reports_on_it(
    client, sign_in, eager_tasks, run_on_commit, person, answer
):
    many(1)
    user = person() if person else None
    browser = sign_in(user) if user else client
    with run_on_commit():
        assert browser.post(reverse("sector:state_paper_make")).status_code == answer
    assert Paper.objects.ready().exists() is (answer == 302 and user is not None)


def test_tasks_call_their_operations():
    many(1)
    tasks.freeze_year()
    tasks.make_due_paper()
    assert (Snapshot.objects.count(), Paper.objects.ready().count()) == (1, 1)


# Commands -----------------------------------------------------------------------------------------------
def test_sector_report_writes_the_public_figures(tmp_path, capsys):
    many(6)
    path = tmp_path / "sector.pdf"
    call_command("sector_report", output=path)
    assert Read(path.read_bytes()).is_compliant
    assert capsys.readouterr().out.splitlines() == [f"organisations=6 bytes={path.stat().st_size}", str(path)]


def test_sector_report_refuses_a_folder_that_is_not_there(tmp_path):
    with pytest.raises(CommandError, match="There is no folder"):
        call_command("sector_report", output=tmp_path / "none" / "sector.pdf")
