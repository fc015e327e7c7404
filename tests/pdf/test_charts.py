"""Charts: words, table and drawing agree; readable in grey, on a phone and by a screen reader; nothing inline."""

import re
from datetime import date
from decimal import Decimal
from functools import partial
from itertools import combinations, pairwise
from xml.etree.ElementTree import fromstring

import pytest
from django.template import Context, Template
from weasyprint import HTML

from vcse_portal.pdf import charts
from vcse_portal.pdf.charts import Series, Table, colours, number, per_cent, pounds
from vcse_portal.pdf.charts.drawing import WIDTH, text_width, wrap
from vcse_portal.pdf.marks import data_uri, rag
from vcse_portal.pdf.specimen import overview

stacked_bars, columns, lines = (
    partial(draw, first="Row") for draw in (charts.stacked_bars, charts.columns, charts.lines)
)
SVG = "{http://www.w3.org/2000/svg}"
HOSTILE = '<script>alert("x")</script> & </svg>'


def words(chart) -> list[str]:
    return [text.text for text in fromstring(chart.svg).iter(f"{SVG}text")]


def test_stacked_bars_say_what_they_show():
    chart = overview()
    assert chart.sentence == "Of 28 actions: 18 on track, 6 at risk, 3 late and 1 complete."
    assert chart.table.header == ("Ambition", "On track", "At risk", "Late", "Complete")
    assert chart.table.rows[0][1:] == ("7", "2", "1", "0")
    assert (chart.table.caption, chart.as_at) == ("Actions by ambition and rating", date(2026, 9, 30))


def test_stacked_bars_label_their_marks_and_totals():
    assert words(overview())[5:9] == ["On track 7", "At risk 2", "1", "10"]


def test_stacked_bars_are_to_scale():
    chart = stacked_bars("T", ["a", "b"], [Series("x", (10, 5)), Series("y", (30, 15))])
    widths = [float(r.get("width")) for r in fromstring(chart.svg).iter(f"{SVG}rect")][2:]
    assert [round((w + 2) / (widths[0] + 2), 1) for w in widths] == [1, 3, 0.5, 1.5]


def test_columns_stand_on_zero_and_are_to_scale():
    chart = columns("T", ["a", "b"], [Series("x", (20, 40)), Series("y", (-10, None))])
    blocks = [(float(r.get("y")), float(r.get("height"))) for r in fromstring(chart.svg).iter(f"{SVG}rect")][
        2:
    ]
    (top_a, a), (top_minus, minus), (top_b, b) = blocks
    assert (round(b / a), round(a / minus)) == (2, 2)
    assert top_a + a == pytest.approx(top_minus, abs=0.2) == pytest.approx(top_b + b, abs=0.2)
    assert chart.sentence == "Highest is b, x: 40."
    assert chart.table.rows == [("a", "20", "−10"), ("b", "40", "–")]


def test_columns_name_every_category():
    names = [
        f"Ward of {name}"
        for name in ("Greenhill", "Roxbourne", "Wealdstone North", "Kenton", "Pinner", "Hatch")
    ]
    chart = columns("T", names, [Series("x", (1, 2, 3, 4, 5, 6))])
    assert words(chart).count("Ward of") == 6


def test_lines_break_where_a_value_is_missing():
    chart = lines("T", ["2024", "2025", "2026"], [Series("groups", (3, None, 5)), Series("firms", (4, 6, 2))])
    drawn = [p.get("d") for p in fromstring(chart.svg).iter(f"{SVG}path") if p.get("fill") == "none"]
    assert [path.count("M") for path in drawn] == [2, 1]
    assert chart.sentence == "From 2024 to 2026: groups 3 to 5 and firms 4 to 2."
    assert chart.table.rows[1] == ("2025", "–", "6")


def test_lines_are_told_apart_without_colour():
    chart = lines("T", ["1", "2"], [Series(name, (1, 2)) for name in "abcd"])
    paths = list(fromstring(chart.svg).iter(f"{SVG}path"))
    assert len({p.get("stroke-dasharray") for p in paths if p.get("fill") == "none"}) == 4
    points = [re.sub(r"^M[\d. ]+", "", p.get("d")) for p in paths if p.get("stroke") == colours.PAPER]
    assert len(set(points)) == 4


def test_lines_end_names_do_not_overlap():
    chart = lines("T", ["1", "2"], [Series(f"series {n}", (1, 2 + n / 100)) for n in range(4)])
    ends = [
        float(t.get("y")) for t in fromstring(chart.svg).iter(f"{SVG}text") if t.get("font-weight") == "bold"
    ]
    assert min(later - earlier for earlier, later in pairwise(ends)) >= 15


@pytest.mark.parametrize("draw", [stacked_bars, columns, lines])
@pytest.mark.parametrize("values", [(None, None), ()])
def test_chart_without_figures_says_so_and_draws_nothing(draw, values):
    chart = draw("T", ["a", "b"][: len(values)], [Series("x", values)])
    assert (chart.sentence, chart.svg) == ("There are no figures yet.", "")


@pytest.mark.parametrize("draw", [columns, lines])
@pytest.mark.parametrize(
    "values", [(0, 0), (0.001, 0.002), (1, 1_000_000_000), (-5, -3), (Decimal("1.5"), 2)]
)
def test_chart_of_any_size_stays_in_its_frame(draw, values):
    root = fromstring(draw("T", ["a", "b"], [Series("x", values)]).svg)
    height = float(root.get("viewBox").split()[3])
    for mark in [*root.iter(f"{SVG}rect"), *root.iter(f"{SVG}text")]:
        assert 0 <= float(mark.get("x")) <= WIDTH
        assert 0 <= float(mark.get("y")) <= height


@pytest.mark.parametrize("draw", [stacked_bars, columns, lines])
def test_chart_refuses_series_of_another_length(draw):
    with pytest.raises(ValueError, match="“x” has 1 values for 2 categories"):
        draw("T", ["a", "b"], [Series("x", (1,))])


def test_stacked_bars_refuse_values_below_zero():
    with pytest.raises(ValueError, match="below zero"):
        stacked_bars("T", ["a"], [Series("x", (-1,))])


@pytest.mark.parametrize("draw", [stacked_bars, columns, lines])
def test_chart_escapes_what_people_typed_and_styles_nothing_inline(draw):
    chart = draw(HOSTILE, [HOSTILE, "b\x0b"], [Series(HOSTILE, (1, 2)), Series("y\x00", (2, 3))])
    root = fromstring(chart.svg)
    assert {element.tag.removeprefix(SVG) for element in root.iter()} <= {
        "svg",
        "title",
        "desc",
        "g",
        "rect",
        "path",
        "text",
    }
    assert not [e for e in root.iter() for name in e.attrib if name == "style" or name.startswith("on")]
    page = HTML(string=f"<body>{chart.svg}</body>").etree_element
    assert page.find(".//script") is None


def test_chart_is_an_image_with_a_name_and_a_description():
    root = fromstring(overview().svg)
    assert root.get("role") == "img"
    assert root[0].text == "Chart: Actions by ambition and rating. The table has the figures."
    assert root[1].text == overview().sentence


def lightness(colour: str) -> float:
    """CIE L*, 0 to 100: what a grey printer keeps of a colour."""
    return 116 * colours.luminance(colour) ** (1 / 3) - 16


def test_ratings_and_neighbouring_categories_stay_apart_in_grey():
    for one, other in combinations(colours.TONES.values(), 2):
        assert abs(lightness(one) - lightness(other)) > 15
    for one, other in pairwise(colours.CATEGORIES):
        assert abs(lightness(one) - lightness(other)) > 20


def test_letters_on_marks_and_marks_on_paper_have_enough_contrast():
    for colour in (*colours.TONES.values(), *colours.CATEGORIES):
        assert colours.contrast(colours.ink_on(colour), colour) >= 4.5
        assert colours.contrast(colours.outline_of(colour), colours.PAPER) >= 3


def test_labels_are_wrapped_to_their_width():
    found = wrap("Everyone everywhere all at once in the borough of Ashdown " * 3, 200)
    assert len(found) == 3
    assert found[-1].endswith("…")
    assert max(map(text_width, found)) <= 200
    assert wrap("Llanfairpwllgwyngyllgogerychwyrndrobwll", 100)[0].endswith("…")


@pytest.mark.parametrize(
    ("show", "value", "text"),
    [
        (number, 1250, "1,250"),
        (number, Decimal("2.50"), "2.5"),
        (number, -3, "−3"),
        (number, 0, "0"),
        (pounds, 1250, "£1,250"),
        (pounds, Decimal("1250.5"), "£1,250.50"),
        (pounds, -20, "−£20"),
        (per_cent, 62.5, "62.5%"),
    ],
)
def test_values_are_written_as_people_write_them(show, value, text):
    assert show(value) == text


def figure(**context) -> str:
    template = Template("{% load charts %}{% figure chart download='/figures.csv' %}")
    return template.render(Context({"chart": overview(), **context}))


def test_figure_on_a_page_folds_the_table_and_offers_the_figures():
    html = figure()
    assert html.index("Of 28 actions") < html.index("<svg") < html.index("<details") < html.index("<table")
    assert '<a class="govuk-link" href="/figures.csv">Download these figures (CSV)</a>' in html
    assert "Source: Leads’ updates in the portal." in html
    assert "Data as at 30 September 2026." in html
    assert "style=" not in html


def test_figure_in_a_paper_shows_the_table_open():
    html = figure(is_paper=True)
    assert "<details" not in html
    assert html.count("<tr") == 4


def test_table_sets_numbers_right_dates_together_and_escapes():
    table = Table(
        ("A", "B"), [(HOSTILE, date(2027, 3, 1)), (rag("amber", "At risk"), 5)], numeric=frozenset({1})
    )
    html = Template('{% include "pdf/_table.html" %}').render(Context({"table": table}))
    assert "<script" not in html
    assert '<span class="app-together">1 March 2027</span>' in html
    assert (
        '<th scope="row" class="govuk-table__header"><span class="app-rag app-rag--amber">At risk</span></th>'
        in html
    )
    assert html.count("--numeric") == 3


def test_table_breaks_only_words_too_long_for_a_column():
    address = "https://example.org/" + "a" * 30
    (line,) = Table(("A", "B", "C"), [("Short words only", address, rag("red", "Late"))]).lines
    assert [cell for cell, _is_number in line] == [
        "Short words only",
        f'<span class="app-breaks">{address}</span>',
        '<span class="app-rag app-rag--red">Late</span>',
    ]


def test_rag_is_a_word_with_a_shape_and_knows_only_its_tones():
    assert rag("red", "Late & lost") == '<span class="app-rag app-rag--red">Late &amp; lost</span>'
    assert rag('x" onclick="', "?") == '<span class="app-rag app-rag--none">?</span>'


@pytest.mark.parametrize("picture", [None, b"", b"%PDF-1.7", b"<html>"])
def test_data_uri_of_what_is_no_picture_is_empty(picture):
    assert data_uri(picture) == ""


def test_data_uri_of_a_picture(dot_bytes):
    assert data_uri(dot_bytes).startswith("data:image/png;base64,iVBOR")
    assert data_uri(b"<svg/>") == "data:image/svg+xml;base64,PHN2Zy8+"


def test_bars_stand_beside_their_names_and_say_what_is_missing():
    chart = charts.bars(
        "By ward",
        ["East", "West", "North"],
        Series("Groups", (20, 10, None)),
        first="Ward",
        sentence="S.",
        missing="not shown",
    )
    assert words(chart) == ["East", "20", "West", "10", "North", "not shown"]
    wide, narrow = [float(r.get("width")) for r in fromstring(chart.svg).iter(f"{SVG}rect")]
    assert round(wide / narrow, 2) == 2
    assert chart.table.rows == [("East", "20"), ("West", "10"), ("North", "not shown")]


def test_bars_of_nothing_known_draw_nothing():
    chart = charts.bars("T", ["a"], Series("x", (None,)), first="Row", sentence="S.")
    assert (chart.svg, chart.table.rows) == ("", [("a", "–")])
