"""Words into bodies: templates to text and HTML once a message, [[placeholders]] filled once a recipient."""

import re

from django.conf import settings
from django.template import Context, TemplateDoesNotExist
from django.template.loader import get_template, render_to_string
from django.utils.html import escape
from django.utils.safestring import mark_safe

from vcse_portal.borough.context import current_council

from .links import absolute
from .models import Message

PLACEHOLDER = re.compile(r"\[\[(\w+)\]\]")
LINK = re.compile(r"\[\[\w+_url\]\]")  # an address of the recipient's own
UNSEEN = re.compile(r"[\x00-\x20\x7f-\xa0\u2028\u2029\u202a-\u202e\u2066-\u2069]+")


def one_line(words: str, limit: int) -> str:
    """Fit for a header: line breaks, control and direction characters become one space, cut to `limit`.

    What looks like an encoded word is broken up, for a mail program would decode it.
    """
    return UNSEEN.sub(" ", str(words)[: limit * 4]).replace("=?", "= ?").strip()[:limit]


def bodies(template: str, context: dict, *, subject: str, because: str, list_code: str) -> tuple[str, str]:
    """Text and HTML of `mail/<template>.txt` and `.html`, in our layout. Without `.html` it is made of the text."""
    frame = {
        **context,
        "council": current_council(),
        "subject": subject,
        "because": because,
        "is_list": bool(list_code),
        "portal_url": settings.BASE_URL,
        "preferences_url": absolute("mail:preferences_ask"),
    }
    words = _plain(f"mail/{template}.txt", frame).strip()
    try:
        fragment = render_to_string(f"mail/{template}.html", frame)
    except TemplateDoesNotExist as missing:
        if str(missing) != f"mail/{template}.html":
            raise
        made = render_to_string("mail/from_text.html", {"words": words})
        fragment = mark_safe(LINK.sub(r'<a href="\g<0>">\g<0></a>', made))  # noqa: S308 - escaped by that template
    return (
        _plain("mail/base.txt", {**frame, "body": words}).strip() + "\n",
        render_to_string("mail/base.html", {**frame, "body": fragment}),
    )


def _plain(name: str, context: dict) -> str:
    text = get_template(name).template.render(Context(context, autoescape=False))
    return re.sub(r"\n{3,}", "\n\n", text)


def preview(message: Message, *, name: str = "") -> tuple[str, str]:
    """Text and HTML as a recipient would see them, with a link that goes nowhere in place of theirs."""
    values = {"name": name, "email": "", "unsubscribe_url": "#"}
    return fill(message.text, values), fill_html(message.html, values)


def fill(text: str, values: dict) -> str:
    return PLACEHOLDER.sub(lambda found: str(values.get(found[1], found[0])), text)


def fill_html(html: str, values: dict) -> str:
    return PLACEHOLDER.sub(lambda found: escape(values.get(found[1], found[0])), html)
