"""Letters are put together by hand for speed: what a mail program reads must be what was written."""

import email
import email.policy
from email.header import decode_header, make_header

import pytest

from vcse_portal.mail.delivery import deliver
from vcse_portal.mail.letters import Wording
from vcse_portal.mail.models import Delivery, Message
from vcse_portal.mail.outbox import Recipient

from .factories import make_message
from .smtp import smtp_server

WORDS = [
    "plain words",
    "Übung macht den Meister – naïve £1,250 日本語 🎉",
    "a line of " + "many " * 400 + "words",
    ".\n..dots\n.\nat the start",
    "From the council\nFrom the top",
    "equals = signs =3D =\n=",
    "trailing spaces   \nand tabs\t\n",
    "windows\r\nold mac\rlines",
    "--boundary--\n\n--",
    "x" * 3000,
]


def parsed(data: bytes):
    return email.message_from_bytes(data, policy=email.policy.default)


def content(part) -> str:
    """Lines end in CR LF on their way, as mail has it."""
    return part.get_content().replace("\r\n", "\n").rstrip("\n")


def letter(text="t", html="", *, name="", address="ann@example.org", **fields):
    message = Message(pk=1, subject="Subject", text=text, html=html, **fields)
    return Wording(message).letter(Delivery(message_id=1, email=address, name=name))


@pytest.mark.parametrize("words", WORDS)
def test_letter_reads_back_as_it_was_written(words):
    data = letter(words, f"<p>{words}</p>").message().as_bytes(linesep="\r\n")
    assert data.isascii()
    assert max(len(line) for line in data.split(b"\r\n")) <= 998
    assert b"\n" not in data.replace(b"\r\n", b"")
    expected = words.replace("\r\n", "\n").replace("\r", "\n")
    text, html = parsed(data).iter_parts()
    assert content(text) == expected.rstrip("\n")
    assert content(html) == f"<p>{expected}</p>"
    assert not parsed(data).defects


def test_letter_without_html_is_plain_text():
    mail = parsed(letter("words").message().as_bytes(linesep="\r\n"))
    assert (mail.get_content_type(), mail.get_content().strip()) == ("text/plain", "words")


@pytest.mark.parametrize(
    ("name", "address", "expected"),
    [
        ("", "ann@example.org", ("", "ann@example.org")),
        ("Ann Example", "ann@example.org", ("Ann Example", "ann@example.org")),
        ('Ann "the" Example, Ltd', "ann@example.org", ('Ann "the" Example, Ltd', "ann@example.org")),
        ("Zoë", "zoe@bücher.example", ("Zoë", "zoe@xn--bcher-kva.example")),
        ("", "zoe@bücher.example", ("", "zoe@xn--bcher-kva.example")),
    ],
)
def test_letter_is_addressed_with_the_name(name, address, expected):
    mail = parsed(letter(name=name.strip(), address=address).message().as_bytes(linesep="\r\n"))
    (to,) = mail["To"].addresses
    assert (to.display_name, to.addr_spec) == expected


def test_letter_breaks_a_long_name_into_encoded_words():
    name = "Zoë Ünal " * 6 + "!"
    raw = letter(name=name).message().as_bytes(linesep="\r\n")
    to = email.message_from_bytes(raw)["To"]
    assert max(len(word) for word in to.split()) <= 75  # RFC 2047, section 2
    assert str(make_header(decode_header(to))) == f"{name} <ann@example.org>"


@pytest.mark.parametrize("field", ["subject", "reply_to", "list_code"])
def test_f21_letter_refuses_a_line_break_in_a_header(field):
    message = Message(pk=1, text="t", **{"subject": "s", field: "x\r\nBcc: victim@example.org"})
    delivery = Delivery(message_id=1, email="ann@example.org")
    with pytest.raises(ValueError, match="line break"):
        Wording(message).letter(delivery)


def test_f21_letter_refuses_a_line_break_in_an_unsubscribe_url():
    delivery = Delivery(
        message_id=1, email="ann@example.org", personal={"unsubscribe_url": "https://x\nBcc: y"}
    )
    with pytest.raises(ValueError, match="line break"):
        Wording(Message(pk=1, subject="s", text="t")).letter(delivery)


@pytest.mark.django_db
def test_letter_arrives_over_smtp_as_it_was_written():
    make_message(to=Recipient("ann@example.org", "Zoë"), text="\n".join(WORDS[:7]), subject="Größe – £5")
    with smtp_server() as inbox:
        deliver()
    (mail,) = inbox.parsed()
    assert mail["Subject"] == "Größe – £5"
    assert content(mail.get_body(("plain",))) == "\n".join(WORDS[:7]).rstrip("\n")
