"""What WeasyPrint leaves undone and `finish` mends, each shown with the unmended paper beside it."""

import pytest

from tests.pdf.conftest import Paper
from vcse_portal.pdf import render
from vcse_portal.pdf.specimen import TITLE, specimen


@pytest.fixture(scope="module")
def unmended() -> Paper:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(render, "finish", lambda document, pdf: None)
        return Paper(render.render_pdf("pdf/specimen.html", specimen(), title=TITLE))


def margin_content(paper: Paper, number: int) -> tuple[int, int]:
    """(contents marked but in no element of the tree, pagination artifacts) of a page."""
    this = paper.pdf.pages[number].obj.objgen
    held = {
        int(kid)
        for kind in ("Span", "Link", "Figure", "P", "LBody", "Lbl", "NonStruct", "TD", "TH")
        for element in paper.elements(kind)
        for kid in element.get("/K", [])
        if isinstance(kid, int) and element.Pg.objgen == this
    }
    marked = [operands for op, operands in paper.operators(number) if op == "BDC"]
    loose = [o for o in marked if "/MCID" in o[1] and int(o[1].MCID) not in held]
    return len(loose), len([o for o in marked if o[0] == "/Artifact" and o[1].get("/Type") == "/Pagination"])


def test_running_heads_and_page_numbers_are_artifacts(report, unmended):
    loose, artifacts = margin_content(report, 3)
    assert (loose, artifacts) == (0, 4)
    assert margin_content(unmended, 3) == (4, 0)


def test_head_cells_say_what_they_head(report, unmended):
    assert "/Scope" not in unmended.elements("TH")[0].A
    for table in report.elements("Table"):
        for row in (e for e in report._walk(table.K) if e.S == "/TR"):
            scope = "/Column" if row.P.S == "/THead" else "/Row"
            assert {str(cell.A.Scope) for cell in row.K if cell.S == "/TH"} == {scope}


def test_links_are_printed(report, unmended):
    def flags(paper):
        return {int(a.get("/F", 0)) for page in paper.pdf.pages for a in page.get("/Annots", [])}

    assert (flags(unmended), flags(report)) == ({0}, {4})


def test_metadata_can_be_read_without_unpacking(report, unmended):
    assert b"<pdfuaid:part>1" in report.content or b'pdfuaid:part="1"' in report.content
    assert b"pdfuaid:part" not in unmended.content


def test_every_figure_is_described_and_followed_by_its_table(report):
    figures = report.elements("Figure")
    assert [str(figure.Alt) for figure in figures] == [
        f"Chart: {title}. The table has the figures."
        for title in (
            "Actions by ambition and rating",
            "Organisations answering the survey (1)",
            "Spaces booked (2)",
            "Organisations answering the survey (3)",
        )
    ]
    assert len(report.elements("Table")) >= 1 + 2 * len(figures) - 1
