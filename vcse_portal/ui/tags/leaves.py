"""Small pieces: tags, figures, dates, people, links, buttons."""

from django.template.loader import render_to_string
from django.utils.formats import date_format
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from .. import words
from ..markdown import to_html
from . import register

COLOURS = {"", "grey", "green", "teal", "blue", "purple", "magenta", "red", "orange", "yellow"}
RAG = {
    "red": ("▲", gettext_lazy("Red")),
    "amber": ("◆", gettext_lazy("Amber")),
    "green": ("●", gettext_lazy("Green")),
    "complete": ("✔", gettext_lazy("Complete")),
    "none": ("○", gettext_lazy("Not started")),
}
SAME_AS_NONE = {"", None, "grey", "not_started", "none"}
STYLES = {"", "secondary", "warning", "inverse", "link"}

register.filter("markdown", to_html)
register.filter("moment", words.moment)


@register.simple_tag
def tag(text, colour: str = "") -> SafeString:
    """A state in a word: `{% tag "Published" colour="green" %}`."""
    if colour not in COLOURS:
        raise ValueError(f"No tag colour {colour!r}; there are {sorted(COLOURS)}.")
    css = f"govuk-tag govuk-tag--{colour}" if colour else "govuk-tag"
    return format_html('<strong class="{}">{}</strong>', css, text)


@register.simple_tag
def rag(code, label: str = "") -> SafeString:
    """Progress by word, shape and colour, so that no one of them is needed to read it."""
    code = "none" if code in SAME_AS_NONE else str(code)
    shape, word = RAG[code]
    return format_html(
        '<span class="app-rag app-rag--{}"><span class="app-rag__shape" aria-hidden="true">{}</span> {}</span>',
        code,
        shape,
        label or word,
    )


@register.simple_tag
def money(value) -> str:
    return words.pounds(value)


@register.simple_tag
def date_words(date, due: bool = False) -> str:
    """in 3 days; with due=True: due tomorrow, 3 days overdue."""
    return words.due_in_words(date) if due else words.date_in_words(date)


@register.simple_tag
def date_line(date, due: bool = False) -> SafeString | str:
    """The exact date and, beside it, how far off it is."""
    if not date:
        return ""
    day = words.as_day(date)
    said = date_words(date, due)
    return format_html(
        '<time datetime="{}">{}</time> <span class="app-date-words{}">({})</span>',
        day.isoformat(),
        date_format(day),
        " app-date-words--late" if due and said.endswith(_("overdue")) else "",
        said,
    )


@register.simple_tag
def person(name, role: str = "", organisation: str = "", href: str = "") -> SafeString:
    """A name with its role and organisation."""
    link = format_html('<a class="govuk-link" href="{}">{}</a>', href, name) if href else name
    rest = ", ".join(str(part) for part in (role, organisation) if part)
    if not rest:
        return format_html('<span class="app-person">{}</span>', link)
    return format_html(
        '<span class="app-person">{}<span class="app-person__role">, {}</span></span>', link, rest
    )


@register.simple_tag
def file_link(href: str, title: str, size: int | None = None, kind: str = "") -> SafeString:
    """A download that says what it is and how large: `Report 2026 (PDF, 820 KB)`."""
    facts = ", ".join(part for part in (kind.upper(), words.file_size(size) if size else "") if part)
    facts = f" ({facts})" if facts else ""
    return format_html('<a class="govuk-link app-file" href="{}" download>{}{}</a>', href, title, facts)


@register.simple_tag
def copy_link(href: str, label: str = "") -> SafeString:
    """A link to this very place; where a script runs, pressing it also copies the address."""
    return format_html(
        '<a class="govuk-link app-copy" href="{}" data-app-copy data-copied="{}">{}</a>',
        href,
        _("Link copied"),
        label or _("Copy link"),
    )


@register.simple_tag
def button_link(href: str, label: str, style: str = "") -> SafeString:
    """A link that looks like a button: for starting something, never for doing it."""
    return format_html(
        '<a class="{}" href="{}" role="button" draggable="false" data-module="govuk-button">{}</a>',
        button_css(style),
        href,
        label,
    )


@register.simple_tag(takes_context=True)
def post_button(
    context, href: str, label: str, style: str = "", name: str = "", value: str = "", about: str = ""
):
    """A deed in one press: a form of its own. `about` tells a screen reader which of many such buttons it is."""
    return SafeString(
        render_to_string(
            "ui/post_button.html",
            {
                "href": href,
                "label": label,
                "css": "app-link-button" if style == "link" else button_css(style),
                "name": name,
                "value": value,
                "about": about,
                "csrf_token": context.get("csrf_token", ""),
            },
        )
    )


def button_css(style: str) -> str:
    if style not in STYLES:
        raise ValueError(f"No button style {style!r}; there are {sorted(STYLES)}.")
    return f"govuk-button govuk-button--{style}" if style else "govuk-button"


@register.simple_tag
def stat(figure, label: str, href: str = "") -> SafeString:
    """A figure with its words: `{% stat 34 "promises kept" %}`, inside `{% stats %}`."""
    shown = f"{figure:,}" if isinstance(figure, int) else figure
    words_ = format_html('<a class="govuk-link" href="{}">{}</a>', href, label) if href else label
    return format_html(
        '<div class="app-stat"><dt class="app-stat__label">{}</dt><dd class="app-stat__figure">{}</dd></div>',
        words_,
        shown,
    )


@register.simple_tag
def fact(label: str, value, empty: str = "", href: str = "", change: str = "") -> SafeString:
    """A line of a summary list. `href` links the value, or with words in `change` makes a link at the right."""
    if value in (None, "", []):
        value = format_html('<span class="app-quiet">{}</span>', empty or _("Not given"))
    elif href and not change:
        value = format_html('<a class="govuk-link" href="{}">{}</a>', href, value)
    return summary_row(label, value, href, change)


def summary_row(label: str, value, href: str = "", change: str = "") -> SafeString:
    action = ""
    if href and change:
        action = format_html(
            '<dd class="govuk-summary-list__actions"><a class="govuk-link" href="{}">{}'
            '<span class="govuk-visually-hidden"> ({})</span></a></dd>',
            href,
            change,
            label,
        )
    return format_html(
        '<div class="govuk-summary-list__row{}"><dt class="govuk-summary-list__key">{}</dt>'
        '<dd class="govuk-summary-list__value">{}</dd>{}</div>',
        "" if action else " govuk-summary-list__row--no-actions",
        label,
        value,
        action,
    )
