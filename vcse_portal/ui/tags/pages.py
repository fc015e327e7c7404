"""The frame of a page: its title, where it lies, its head, its columns, what is wrong with its form."""

from django.core.exceptions import NON_FIELD_ERRORS
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from ..drawn import drawn
from . import register


@register.simple_block_tag
def capture(content) -> SafeString:
    """Keep what was rendered under a name: `{% capture as page_title %}…{% endcapture %}`."""
    return SafeString(content.strip())


@register.simple_block_tag
def side_column(content) -> SafeString | str:
    """The column at the right, if the page puts anything into it."""
    if not content.strip():
        return ""
    return format_html('<aside class="app-side" aria-label="{}">{}</aside>', _("Related"), content)


@register.simple_tag
def breadcrumbs(*parts) -> SafeString:
    """Where the page lies: label, address, label, address, …, and last the page's own name without address."""
    labels, hrefs = parts[::2], parts[1::2]
    pairs = zip(labels, [*hrefs, ""][: len(labels)], strict=True)
    crumbs = [(_words(label), _words(href)) for label, href in pairs]
    return drawn("ui/breadcrumbs.html", crumbs=crumbs)


def _words(value) -> str:
    """A thing by its name, nothing by nothing: a part that is kept is drawn from plain words."""
    return value if type(value) in (str, SafeString) else str(value or "")


@register.simple_block_tag(takes_context=True)
def page_header(
    context, content, caption: str = "", state: str = "", colour: str = "", title: str = ""
) -> SafeString:
    """The h1 with its caption and state, and at its right the one next deed."""
    head = drawn(
        "ui/page_header.html",
        title=_words(title or context.get("page_title", "")),
        caption=_words(caption),
        state=_words(state),
        colour=_words(colour),
    )
    deeds = content.strip()  # may hold a form with the reader's own token: not in what is kept
    deeds = format_html('<div class="app-page-header__deeds">{}</div>', SafeString(deeds)) if deeds else ""
    return format_html('<div class="app-page-header">\n{}\n{}\n</div>', head, deeds)


@register.inclusion_tag("govuk/_error_summary.html")
def error_summary(*forms):
    """Everything wrong with the forms, each line leading to the input it is about."""
    return {"lines": [line for form in forms if form for line in _lines(form)]}


def _lines(form) -> list[tuple[str, str]]:
    if hasattr(form, "forms"):  # a set of forms
        own = [("", message) for message in form.non_form_errors()]
        return own + [line for one in form.forms for line in _lines(one)]
    lines = []
    for name, messages in form.errors.items():
        is_shown = name != NON_FIELD_ERRORS and name in form.fields and not form[name].is_hidden
        lines += [(form[name].first_id if is_shown else "", message) for message in messages]
    return lines
