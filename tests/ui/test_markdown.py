import re

import pytest

from vcse_portal.ui.markdown import to_html, to_text

HOSTILE = [
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "[x](javascript:alert(1))",
    "[x](JaVaScRiPt:alert(1))",
    "[x](data:text/html;base64,PHNjcmlwdD4=)",
    "[x](vbscript:x)",
    "![x](https://example.org/x.png)",
    '[x](https://example.org "onmouseover=alert(1)")',
    "<a href='https://example.org' onclick='alert(1)'>x</a>",
    "<style>body{display:none}</style>",
    "<svg/onload=alert(1)>",
    "`<script>`",
    "<iframe src=https://example.org></iframe>",
    "[x]: javascript:alert(1)\n\n[x]",
    '<https://example.org/"onmouseover=alert(1)>',
]
TAG = re.compile(r"<(\w+)([^>]*)>")


@pytest.mark.parametrize("text", HOSTILE)
def test_markdown_runs_nothing(text):
    for name, attributes in TAG.findall(to_html(text)):
        assert name in {"p", "a", "code"}
        assert not re.search(r"\s(on\w+|style|src)\s*=", re.sub(r'"[^"]*"', '""', attributes))
        for href in re.findall(r'href="([^"]*)"', attributes):
            assert href.startswith("https://")


def test_markdown_links_carry_no_reputation():
    assert to_html("[x](https://example.org)") == (
        '<p class="govuk-body"><a href="https://example.org" class="govuk-link" rel="nofollow noopener">x</a></p>\n'
    )


@pytest.mark.parametrize(
    ("text", "top", "tags"),
    [
        ("# a\n\n## b", 3, ["h3", "h4"]),
        ("## a\n\n#### b", 3, ["h3", "h5"]),
        ("### a", 2, ["h2"]),
        ("###### a", 3, ["h3"]),
    ],
)
def test_markdown_headings_start_below_the_page(text, top, tags):
    assert re.findall(r"<(h\d)", to_html(text, top)) == tags


def test_markdown_of_nothing_is_nothing():
    assert to_html(None) == to_html("") == to_text(None) == ""


def test_markdown_as_text_keeps_addresses():
    text = to_text(
        "# Hello\n\nSee [the *page*](https://example.org/a?b=1&c=2).\n\n- one\n- two\n\n<https://example.org>"
    )
    assert text.startswith("Hello\nSee the page (https://example.org/a?b=1&c=2).")
    assert "- one" in text
    assert text.endswith("https://example.org")
