"""Small marks for papers and pages: a rating as a word with a shape, a picture as a data address."""

import base64

from django.utils.html import format_html
from django.utils.safestring import SafeString

from .charts.colours import TONES

SIGNATURES = (
    (b"\x89PNG\r\n\x1a\n", "image/png"),
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"GIF8", "image/gif"),
    (b"<svg", "image/svg+xml"),
    (b"<?xml", "image/svg+xml"),
)


def rag(tone: str, word: str) -> SafeString:
    """A rating that can be told without colour: “Amber” behind a triangle. Tones are `colours.TONES`."""
    return format_html('<span class="app-rag app-rag--{}">{}</span>', tone if tone in TONES else "none", word)


def data_uri(picture) -> str:
    """A picture (bytes, or a file with `read`) as a `data:` address; empty when it is none we know."""
    content = bytes(picture.read() if hasattr(picture, "read") else picture or b"")
    kind = next((kind for start, kind in SIGNATURES if content.startswith(start)), "")
    return f"data:{kind};base64,{base64.b64encode(content).decode('ascii')}" if kind else ""
