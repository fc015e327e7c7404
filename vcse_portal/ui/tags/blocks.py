"""Pieces that hold others: summary lists, tables, tabs, folded and bordered parts, panels."""

import re
from functools import lru_cache

from django.template.loader import render_to_string
from django.utils.formats import date_format
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.text import slugify
from django.utils.translation import gettext as _

from .. import words
from . import register
from .leaves import summary_row

OPEN = mark_safe(" open")
CELL_ROLES = (
    (re.compile(r"<(t(?:head|body))(?=[\s>])"), r'<\1 role="rowgroup"'),
    (re.compile(r"<tr(?=[\s>])"), r'<tr role="row"'),
    (re.compile(r"<td(?=[\s>])"), r'<td role="cell"'),
    (re.compile(r'<th(?=[^>]*scope="row")'), r'<th role="rowheader"'),
    (re.compile(r'<th(?=[^>]*scope="col")'), r'<th role="columnheader"'),
)


@register.simple_block_tag
def summary_list(content, title: str = "") -> SafeString:
    heading = format_html('<h2 class="govuk-heading-m">{}</h2>', title) if title else ""
    return format_html('{}<dl class="govuk-summary-list app-facts">{}</dl>', heading, content)


@register.simple_block_tag(end_name="endfact_block")
def fact_block(content, label: str, href: str = "", change: str = "") -> SafeString:
    """A line of a summary list whose value is markup."""
    return summary_row(label, content, href, change)


@register.simple_block_tag
def table(content, caption: str, hide_caption: bool = False, stack: bool = False) -> SafeString:
    """Rows of facts. On a phone it scrolls sideways, or with stack=True shows each cell under its data-label."""
    if stack:
        content = _with_roles(content)
    return SafeString(
        render_to_string(
            "ui/table.html",
            {"content": mark_safe(content), "caption": caption, "hide_caption": hide_caption, "stack": stack},  # noqa: S308
        )
    )


@lru_cache(64)
def _with_roles(content: str) -> str:
    """Rows drawn as blocks lose their meaning to screen readers unless it is said again."""
    for pattern, with_role in CELL_ROLES:
        content = pattern.sub(with_role, content)
    return content


@register.simple_block_tag(takes_context=True)
def tab(context, content, label: str) -> str:
    found = context.render_context.get("ui_tabs") or []
    context.render_context["ui_tabs"] = [*found, (slugify(label), label, content)]
    return ""


@register.simple_block_tag(takes_context=True)
def tabs(context, content, title: str = "") -> SafeString:
    """Parts of a page of which one is shown; without a script they stand one after the other."""
    panels = context.render_context.get("ui_tabs") or []
    context.render_context["ui_tabs"] = []
    return SafeString(render_to_string("ui/tabs.html", {"panels": panels, "title": title or _("Contents")}))


@register.simple_block_tag
def details(content, summary: str, open: bool = False) -> SafeString:
    return format_html(
        '<details class="govuk-details"{}><summary class="govuk-details__summary">'
        '<span class="govuk-details__summary-text">{}</span></summary>'
        '<div class="govuk-details__text">{}</div></details>',
        OPEN if open else "",
        summary,
        content,
    )


@register.simple_block_tag
def inset(content) -> SafeString:
    return format_html('<div class="govuk-inset-text">{}</div>', content)


@register.simple_block_tag
def warning(content) -> SafeString:
    return format_html(
        '<div class="govuk-warning-text"><span class="govuk-warning-text__icon" aria-hidden="true">!</span>'
        '<strong class="govuk-warning-text__text"><span class="govuk-visually-hidden">{}</span> {}</strong></div>',
        _("Warning"),
        content,
    )


@register.simple_block_tag
def panel(content, title: str) -> SafeString:
    """Says that a thing is done, at the top of its own page."""
    return format_html(
        '<div class="govuk-panel govuk-panel--confirmation"><h1 class="govuk-panel__title">{}</h1>'
        '<div class="govuk-panel__body">{}</div></div>',
        title,
        content,
    )


@register.simple_block_tag
def notice(content, title: str, style: str = "") -> SafeString:
    """A banner inside a page; style "success" is green."""
    return SafeString(
        render_to_string("ui/notice.html", {"content": content, "title": title, "style": style})
    )


@register.simple_block_tag
def officer_only(content, title: str = "") -> SafeString:
    """What visitors and members never get sent; the border tells officers so."""
    title = title or "Only council staff see this"
    return format_html(
        '<section class="app-officer-only" aria-label="{}"><p class="app-officer-only__title">{}</p>{}</section>',
        title,
        title,
        content,
    )


@register.simple_block_tag
def council_reply(content, who: str = "", when=None) -> SafeString:
    """The council's own answer, distinct from what others said."""
    said = [str(_("Council reply")), who, date_format(words.as_day(when)) if when else ""]
    return format_html(
        '<div class="app-reply"><p class="app-reply__who">{}</p>{}</div>',
        " · ".join(filter(None, said)),
        content,
    )


@register.simple_block_tag
def side_section(content, title: str) -> SafeString:
    return format_html(
        '<section class="app-side__section"><h2 class="govuk-heading-s">{}</h2>{}</section>', title, content
    )


@register.simple_block_tag
def empty_state(content, title: str) -> SafeString:
    """What would be here and how to make the first one."""
    return format_html(
        '<div class="app-empty"><p class="govuk-body app-empty__title">{}</p>{}</div>', title, content
    )


@register.simple_block_tag
def stats(content) -> SafeString:
    return format_html('<dl class="app-stats">{}</dl>', content)


@register.simple_block_tag
def cards(content) -> SafeString:
    return format_html('<div class="app-cards">{}</div>', content)


@register.simple_block_tag
def card(content, title: str, href: str = "") -> SafeString:
    link = format_html('<a class="govuk-link" href="{}">{}</a>', href, title) if href else title
    return format_html(
        '<section class="app-card"><h2 class="govuk-heading-m app-card__title">{}</h2>{}</section>',
        link,
        content,
    )


@register.simple_block_tag
def board(content) -> SafeString:
    """Columns on a wide screen, headings with lists on a phone and for screen readers."""
    return format_html('<div class="app-board">{}</div>', content)


@register.simple_block_tag
def column(content, title: str, count: int | None = None) -> SafeString:
    return format_html(
        '<section class="app-board__column"><h2 class="govuk-heading-s app-board__title">{}{}</h2>{}</section>',
        title,
        format_html(' <span class="app-count">{}</span>', count) if count is not None else "",
        content,
    )
