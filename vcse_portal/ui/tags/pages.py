"""The frame of a page: its title, where it lies, its head, its columns, what is wrong with its form."""

from django.core.exceptions import NON_FIELD_ERRORS
from django.template.loader import render_to_string
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

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


@register.inclusion_tag("ui/breadcrumbs.html")
def breadcrumbs(*parts):
    """Where the page lies: label, address, label, address, …, and last the page's own name without address."""
    labels, hrefs = parts[::2], parts[1::2]
    return {"crumbs": list(zip(labels, [*hrefs, ""][: len(labels)], strict=True))}


@register.simple_block_tag(takes_context=True)
def page_header(
    context, content, caption: str = "", state: str = "", colour: str = "", title: str = ""
) -> SafeString:
    """The h1 with its caption and state, and at its right the one next deed."""
    return SafeString(
        render_to_string(
            "ui/page_header.html",
            {
                "title": title or context.get("page_title", ""),
                "caption": caption,
                "state": state,
                "colour": colour,
                "content": SafeString(content.strip()),
            },
        )
    )


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
