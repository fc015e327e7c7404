"""A drawing in SVG: 440 units wide, so that its 15-unit letters read on a phone and beside body text.

Presentation attributes only (the Content Security Policy forbids inline styles), and everything is written
by ElementTree, which escapes what people typed.
"""

from collections.abc import Sequence
from xml.etree.ElementTree import Element, SubElement, tostring

from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from .chart import Series
from .colours import INK, colour_of, outline_of

WIDTH = 440
SIZE = 15
LINE = 19
FONTS = "Liberation Sans, Arial, Helvetica, sans-serif"
NARROW, WIDE = set("iljtfrI.,:;|!'’ ()[]-"), set("mwMW%@—")


def text_width(text: str, size: float = SIZE) -> float:
    """About how wide a text is set in Arial, in units."""
    ems = (0.3 if c in NARROW else 0.86 if c in WIDE else 0.68 if c.isupper() else 0.55 for c in text)
    return size * sum(ems)


def wrap(text: str, width: float, lines: int = 3) -> list[str]:
    """Break a label into at most `lines` lines of a width in units; what is left over ends in “…”."""
    out = [""]
    for word in text.split():
        longer = f"{out[-1]} {word}".strip()
        if out[-1] and text_width(longer) > width:
            out.append(word)
        else:
            out[-1] = longer
    if len(out) > lines:
        out = [*out[: lines - 1], f"{out[lines - 1]} …"]
    return [_shortened(line, width) for line in out]


def _shortened(line: str, width: float) -> str:
    while len(line) > 2 and text_width(line) > width:
        line = line[:-2].rstrip() + "…"
    return line


def printable(text: object) -> str:
    """Without the control characters XML forbids."""
    return "".join(c if c.isprintable() else " " for c in str(text))


class Drawing:
    """Marks from top to bottom; `y` is where the next may start."""

    def __init__(self):
        self.y = 0.0
        self.group = Element(
            "g", {"font-family": FONTS, "font-size": str(SIZE), "fill": INK, "stroke-linejoin": "round"}
        )

    def add(self, mark: str, text: object = None, **attributes) -> None:
        """One mark; numbers are written to a tenth, `text_anchor` becomes `text-anchor`."""
        element = SubElement(self.group, mark)
        for name, value in attributes.items():
            written = value if isinstance(value, str) else f"{value:.1f}".removesuffix(".0")
            element.set(name.rstrip("_").replace("_", "-"), written)
        if text is not None:
            element.text = printable(text)

    def block(self, x: float, y: float, width: float, height: float, colour: str) -> None:
        self.add("rect", x=x, y=y, width=width, height=height, fill=colour, stroke=outline_of(colour))

    def legend(self, series: Sequence[Series]) -> None:
        """Swatches and names, in as many rows as they need."""
        x = 1.0
        for position, one in enumerate(series):
            name = _shortened(printable(one.name), WIDTH - 24)
            width = 20 + text_width(name) + 16
            if x > 1 and x + width - 16 > WIDTH:
                x, self.y = 1.0, self.y + LINE + 3
            self.block(x, self.y + 3, 13, 13, colour_of(one.tone, position))
            self.add("text", name, x=x + 20, y=self.y + 15)
            x += width
        self.y += LINE + 12

    def svg(self, title: str, sentence: str) -> SafeString:
        """The finished drawing, empty when nothing was drawn.

        The title is what a screen reader says and a PDF keeps as the picture's description.
        """
        if not len(self.group):
            return mark_safe("")
        root = Element(
            "svg",
            {
                "xmlns": "http://www.w3.org/2000/svg",
                "class": "app-figure__svg",
                "viewBox": f"0 0 {WIDTH} {self.y:.0f}",
                "role": "img",
            },
        )
        name = SubElement(root, "title")
        name.text = _("Chart: %(title)s. The table has the figures.") % {"title": printable(title)}
        SubElement(root, "desc").text = printable(sentence)
        root.append(self.group)
        return mark_safe(tostring(root, encoding="unicode"))  # noqa: S308 written and escaped by ElementTree
