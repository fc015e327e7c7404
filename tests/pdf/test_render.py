"""A paper for everyone: what the specimen report holds, and what keeps an unfit one from leaving."""

import gc
import logging

import pytest

from tests.pdf.conftest import NOW, Paper
from vcse_portal.pdf.render import UnfitPaper, render_pdf
from vcse_portal.pdf.specimen import AMBITIONS, TITLE, SpecimenCouncil, specimen

CHAPTERS = [
    "Summary and recommendations",
    f"{AMBITIONS[1]} (1)",
    f"{AMBITIONS[2]} (2)",
    f"{AMBITIONS[0]} (3)",
]


def test_report_is_pdf_ua_1(report):
    assert report.is_compliant


def test_report_says_what_it_is(report):
    info = report.pdf.docinfo
    assert (str(info.Title), str(info.Author)) == (TITLE, "Ashdown Borough Council")
    assert str(info.CreationDate) == "D:20261203093000+00'00"
    assert str(report.pdf.Root.Lang) == "en-GB"


def test_report_bookmarks_are_its_chapters_and_sections(report):
    with report.pdf.open_outline() as outline:
        found = [(item.title, [below.title for below in item.children]) for item in outline.root]
    sections = [
        ["Recommendations", "What the forum told us"],
        ["All actions"],
        ["All actions"],
        ["All actions"],
    ]
    assert found == list(zip(CHAPTERS, sections, strict=True))


def test_report_contents_give_the_pages_chapters_begin_on(report_pages):
    listed = [line.rsplit(maxsplit=1) for line in report_pages[0].split("Contents")[1].strip().splitlines()]
    entries = [(name.strip(), int(number)) for name, number in (pair for pair in listed if pair)][:4]
    begins = [
        next(n for n, text in enumerate(report_pages, 1) if n > 1 and f"{chapter}\n" in text)
        for chapter in CHAPTERS
    ]
    assert entries == list(zip(CHAPTERS, begins, strict=True))


def test_report_contents_lead_to_their_chapters(report):
    links = [annot for annot in report.pdf.pages[0].Annots if "/Dest" in annot]
    assert [str(link.Dest) for link in links] == ["chapter-1", "chapter-2", "chapter-3", "chapter-4"]
    names = list(report.pdf.Root.Names.Dests.Names)
    places = {str(name): place[0].objgen for name, place in zip(names[::2], names[1::2], strict=True)}
    pages = [place.obj.objgen for place in report.pdf.pages]
    assert [pages.index(places[f"chapter-{n}"]) + 1 for n in (1, 2)] == [2, 3]


def test_report_numbers_its_pages_and_names_their_chapter(report_pages):
    last = len(report_pages)
    assert [f"Page {n} of {last}" in text for n, text in enumerate(report_pages, 1)] == [True] * last
    heads = [text.strip().splitlines()[0] for text in report_pages]
    assert heads[0] == "Ashdown Borough Council"
    assert heads[1].split("  ")[-1].strip() == CHAPTERS[0]
    assert heads[-1].split("  ")[-1].strip() == CHAPTERS[-1]


def test_report_repeats_table_heads_on_every_page(report_pages):
    with_rows = [text for text in report_pages if "Agree with groups" in text]
    assert len(with_rows) > 3
    assert all("Action" in text and "Rating" in text for text in with_rows)


def test_report_front_sheet_rows_are_named(report):
    front = report.elements("Table")[0]
    heads = [e for e in report._walk(front) if e.S == "/TH"]
    assert [str(head.A.Scope) for head in heads] == ["/Row"] * 10


def test_paper_is_the_same_for_the_same_day():
    first, second = (render_pdf("pdf/specimen.html", specimen(1, 3), title=TITLE, now=NOW) for _ in range(2))
    assert first == second


def test_paper_tells_how_far_it_is():
    told = []
    render_pdf("pdf/specimen.html", specimen(2), title=TITLE, progress=lambda *step: told.append(step))
    percents = [percent for percent, _words in told]
    assert percents == sorted(percents)
    assert (told[0], told[-1]) == ((5, "Writing the text"), (100, "Finished"))
    assert "Laying out page 2" in [words for _percent, words in told]


def test_paper_leaves_the_collector_and_the_logs_as_they_were(make_paper):
    log, steps = logging.getLogger("weasyprint"), logging.getLogger("weasyprint.progress")
    before = list(log.filters), list(steps.handlers)
    make_paper("<p>Words</p>")
    with pytest.raises(UnfitPaper):
        make_paper('<img src="data:image/png;base64,AAAA" alt="Broken">')
    assert gc.isenabled()
    assert (log.filters, steps.handlers) == before


@pytest.mark.parametrize(
    ("page", "reason"),
    [
        ("<html><head><title>T</title></head><body><p>x</p></body></html>", "language"),
        ('<html lang="en"><head><title> </title></head><body><p>x</p></body></html>', "title"),
        ('<html lang="en"><title>T</title><img src="{{ dot }}"></html>', "description"),
        (
            '<html lang="en"><title>T</title><svg viewBox="0 0 9 9"><path d="M0 0h9"/></svg></html>',
            "description",
        ),
        (
            '<html lang="en"><title>T</title><img alt="Broken" src="data:image/png;base64,AA"></html>',
            "load image",
        ),
    ],
)
def test_paper_that_some_could_not_read_is_refused(make_paper, dot, page, reason):
    with pytest.raises(UnfitPaper, match=reason):
        make_paper(page, whole=True, context={"dot": dot})


def test_paper_with_what_the_refused_ones_lacked_is_made(make_paper, dot):
    page = '<html lang="en"><title>T</title><img src="{{ dot }}" alt="A dot"><p>x</p></html>'
    paper = make_paper(page, whole=True, context={"dot": dot})
    assert [str(figure.Alt) for figure in paper.elements("Figure")] == ["A dot"]
    assert paper.is_compliant


def test_validator_sees_a_missing_language(report):
    """The control for `is_compliant`: the same report without its language fails."""
    paper = Paper(report.content)
    assert paper.saved().is_compliant
    del paper.pdf.Root.Lang
    assert not paper.saved().is_compliant


def test_validator_sees_a_missing_description(report):
    paper = Paper(report.content)
    del paper.elements("Figure")[0].Alt
    assert not paper.saved().is_compliant


def test_members_words_stay_words(report_pages):
    words = " ".join(report_pages[1].split())
    assert 'We met <b>12</b> times & asked: "who is missing?" **Nobody** answered <script>alert(1)</' in words


def test_members_words_may_be_in_any_script_and_hold_control_characters(make_paper):
    words = "العربية Łódź українська Ελληνικά ✓ \x0b\x07\x00 Llanfairpwllgwyngyllgogerychwyrndrobwll" * 3
    assert make_paper("<p>{{ words }}</p>", context={"words": words}).is_compliant


def test_letters_no_font_has_are_replaced_and_logged_once(make_paper, caplog):
    paper = make_paper("<p>A \U0010fffd\U0010fffd and \U0010fffc here</p>")
    assert paper.is_compliant
    assert [r.getMessage() for r in caplog.records if r.levelname == "WARNING"] == [
        "No font here has U+10FFFC U+10FFFD: set as □."
    ]


def test_logo_stands_for_the_name_and_is_described(make_paper, dot_bytes):
    paper = make_paper("<p>x</p>", context={"council": SpecimenCouncil(logo=memoryview(dot_bytes))})
    assert [str(figure.Alt) for figure in paper.elements("Figure")] == ["Ashdown Borough Council"]


@pytest.mark.parametrize("colour", ["", None, "red", "#12", "#000000} body { display: none"])
def test_brand_colour_that_is_none_does_no_harm(make_paper, colour):
    paper = make_paper("<p>Seen</p>", context={"council": SpecimenCouncil(brand_colour=colour)})
    assert len(paper.elements("P")) == 3
