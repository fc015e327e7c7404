"""The council's own colour on its papers."""

import re

from weasyprint import CSS

PLAIN = "#1d4f76"


def brand_stylesheet(colour: str | None) -> CSS:
    """A stylesheet that sets `--brand`; anything but #rrggbb falls back to a quiet blue."""
    plain = colour if colour and re.fullmatch(r"#[0-9a-fA-F]{6}", colour) else PLAIN
    return CSS(string=f":root {{ --brand: {plain} }}")
