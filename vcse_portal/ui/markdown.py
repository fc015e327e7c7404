"""Text people write in Markdown, as clean HTML in our look or as plain text for mails."""

import re
from html import unescape

import nh3
from django.utils.html import strip_tags
from django.utils.safestring import SafeString, mark_safe
from markdown_it import MarkdownIt

TAGS = {
    *("p", "br", "hr", "strong", "em", "s", "code", "pre", "blockquote", "ul", "ol", "li", "a"),
    *("h2", "h3", "h4", "h5", "h6", "table", "thead", "tbody", "tr", "th", "td"),
}
CLASSES = {
    "p": "govuk-body",
    "a": "govuk-link",
    "ul": "govuk-list govuk-list--bullet",
    "ol": "govuk-list govuk-list--number",
    "blockquote": "govuk-inset-text",
    "hr": "govuk-section-break govuk-section-break--m govuk-section-break--visible",
    "table": "govuk-table app-table",
    "h2": "govuk-heading-m",
    "h3": "govuk-heading-m",
    "h4": "govuk-heading-s",
    "h5": "govuk-heading-s",
    "h6": "govuk-heading-s",
}
PARSER = MarkdownIt("commonmark", {"html": False, "breaks": True}).enable(["table", "strikethrough"])
CLEANER = nh3.Cleaner(
    tags=TAGS,
    attributes={"a": {"href"}, "ol": {"start"}},
    url_schemes={"https", "http", "mailto", "tel"},
    link_rel="nofollow noopener",
    set_tag_attribute_values={tag: {"class": css} for tag, css in CLASSES.items()},
)


def to_html(text: str | None, top: int = 3) -> SafeString:
    """Safe HTML with GOV.UK classes; raw HTML is shown as text.

    The largest heading people used becomes an h3, or h`top`, and the others follow it: a page has its own h1 and h2.
    """
    if not text:
        return mark_safe("")
    tokens = PARSER.parse(text)
    headings = [token for token in tokens if token.type in ("heading_open", "heading_close")]
    largest = min((int(token.tag[1]) for token in headings), default=1)
    for token in headings:
        token.tag = f"h{min(6, int(token.tag[1]) - largest + top)}"
    return mark_safe(CLEANER.clean(PARSER.renderer.render(tokens, PARSER.options, {})))  # noqa: S308 cleaned by nh3


def to_text(text: str | None) -> str:
    """Without marks and tags, for mails and search; links keep their address in brackets."""
    html = PARSER.render(text or "")
    html = re.sub(r'<a href="([^"]*)"[^>]*>(.*?)</a>', _link_as_text, html, flags=re.S)
    html = html.replace("<li>", "<li>- ")
    return re.sub(r"\n{3,}", "\n\n", unescape(strip_tags(html))).strip()


def _link_as_text(found) -> str:
    address, words = found[1], found[2]
    return words if words == address else f"{words} ({address})"
