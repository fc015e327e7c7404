import pytest
from weasyprint import HTML

from vcse_portal.pdf.contents import fill, straighten


def tags(html: str) -> str:
    root = HTML(string=html).etree_element
    straighten(root)
    return " ".join(e.tag for e in root.iter() if e.tag in ("h1", "h2", "h3", "h4", "h5", "h6"))


@pytest.mark.parametrize(
    ("written", "set_as"),
    [
        ("<h1>a</h1><h2>b</h2><h3>c</h3><h2>d</h2>", "h1 h2 h3 h2"),
        ("<h1>a</h1><h4>b</h4><h6>c</h6>", "h1 h2 h3"),
        ("<h3>a</h3><h1>b</h1>", "h1 h2"),
        ("<h1>a</h1><h2>b</h2><h1>from a member</h1><h3>c</h3>", "h1 h2 h2 h3"),
    ],
)
def test_straighten_leaves_one_h1_and_skips_no_level(written, set_as):
    assert tags(written) == set_as


def test_fill_lists_the_first_h2_of_each_chapter_and_keeps_given_places():
    root = HTML(
        string="<ol data-contents></ol><section class=chapter><h2>One <em>and</em> only</h2><h2>not me</h2></section>"
        "<section class='chapter late'><h2 id=two>Two</h2></section><section><h2>nor me</h2></section>"
    ).etree_element
    fill(root)
    entries = [(li.get("data-t"), li[0].get("href"), li[0].text) for li in root.iter("li")]
    assert entries == [("#chapter-1", "#chapter-1", "One and only"), ("#two", "#two", "Two")]


def test_headings_of_a_paper_with_members_markdown_pass_the_validator(make_paper):
    assert make_paper("<h2>Ours</h2><h1>A member's</h1><h4>deep</h4><p>x</p>").is_compliant
