"""Words into mails: templates to bodies once a message, bodies to a letter once a recipient."""

import re
from email.header import Header
from email.utils import formataddr
from functools import cached_property

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.template import Context, TemplateDoesNotExist
from django.template.loader import get_template, render_to_string
from django.utils.html import escape

from vcse_portal.borough.context import current_council

from .links import absolute, host
from .models import Delivery, Message
from .tokens import LEAVE

PLACEHOLDER = re.compile(r"\[\[(\w+)\]\]")
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
        fragment = render_to_string("mail/from_text.html", {"words": words})
    return (
        _plain("mail/base.txt", {**frame, "body": words}).strip() + "\n",
        render_to_string("mail/base.html", {**frame, "body": fragment}),
    )


def _plain(name: str, context: dict) -> str:
    text = get_template(name).template.render(Context(context, autoescape=False))
    return re.sub(r"\n{3,}", "\n\n", text)


def preview(message: Message, *, name: str = "") -> tuple[str, str]:
    """Text and HTML as a recipient would see them, with a link that goes nowhere in place of theirs."""
    wording = Wording(message)
    values = {"name": name, "email": "", "unsubscribe_url": "#"}
    return wording.text(values), wording.html(values)


class Wording:
    """A message's bodies, ready to have one recipient's values put in. Made once a run."""

    def __init__(self, message: Message):
        self.message = message

    def text(self, values: dict) -> str:
        return PLACEHOLDER.sub(lambda found: str(values.get(found[1], found[0])), self.message.text)

    def html(self, values: dict) -> str:
        return PLACEHOLDER.sub(lambda found: escape(values.get(found[1], found[0])), self.message.html)

    @cached_property
    def headers(self) -> dict[str, str]:
        shared = {"Auto-Submitted": "auto-generated"}
        if self.message.list_code:
            shared["List-Id"] = f"<{self.message.list_code}.{host()}>"
        return shared

    def letter(self, delivery: Delivery) -> EmailMultiAlternatives:
        """The mail for one recipient. Raises ValueError when it cannot be written."""
        link = unsubscribe_url(delivery)
        values = {
            "name": delivery.name,
            "email": delivery.email,
            "unsubscribe_url": link,
            **delivery.personal,
        }
        headers = {
            **self.headers,
            "To": mailbox(delivery.name, delivery.email),
            "Message-ID": delivery.message_id_header(host()),
        }
        if link:
            headers["List-Unsubscribe"] = f"<{link}>"
            headers["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
        letter = EmailMultiAlternatives(
            subject=self.message.subject,
            body=self.text(values),
            to=[delivery.email],
            reply_to=[self.message.reply_to] if self.message.reply_to else None,
            headers=headers,
        )
        if self.message.html:
            letter.attach_alternative(self.html(values), "text/html")
        return letter


def mailbox(name: str, email: str) -> str:
    """`Ann Example <ann@example.org>` for a header. The envelope gets the bare address."""
    if name.isascii():
        return formataddr((name, email))
    return f"{Header(name, 'utf-8').encode(linesep='')} <{email}>"


def unsubscribe_url(delivery: Delivery) -> str:
    """RFC 8058: their own link out of the list; given by the sender, or made from the subscription."""
    if given := delivery.personal.get("unsubscribe_url"):
        return given
    if delivery.subscription_id:
        return absolute("mail:leave", LEAVE.token(s=delivery.subscription_id))
    return ""
