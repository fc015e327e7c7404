"""One number for each of many categories, names at the left: organisations by ward. Small enough for thirty."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from . import colours
from .chart import Chart, Number, Series, Show, Table, check, number, table_of
from .drawing import LINE, SIZE, WIDTH, Drawing, text_width, wrap

NAMES = 175  # units for the names at the left
BAR, GAP = 16, 6
QUIET = "#505a5f"


def bars(
    title: str,
    categories: Sequence[str],
    one: Series,
    *,
    first: str,
    sentence: str,
    show: Show = number,
    missing: str = "–",
    source: str = "",
    as_at: date | None = None,
    table: Table | None = None,
) -> Chart:
    """A bar from the left for each category with its value behind it; `missing` stands where there is none.

    `table` is the table beside it where that says more than the drawing. Raises ValueError when the series has a
    value too many or too few, or one below zero.
    """
    check(categories, [one])
    known = [value for value in one.values if value is not None]
    if any(value < 0 for value in known):
        raise ValueError("A bar cannot show values below zero.")
    drawing = Drawing()
    if any(known):
        room = WIDTH - NAMES - 12 - max(text_width(show(value)) for value in known)
        for category, value in zip(categories, one.values, strict=True):
            _bar(drawing, category, value, room / float(max(known)), show, missing)
    table = (
        replace(table, caption=title) if table else table_of(title, first, categories, [one], show, missing)
    )
    return Chart(title, sentence, drawing.svg(title, sentence), table, source, as_at)


def _bar(
    drawing: Drawing, category: str, value: Number | None, scale: float, show: Show, missing: str
) -> None:
    top = drawing.y
    for line in wrap(category, NAMES - 10, lines=2):
        drawing.add("text", line, x=0, y=drawing.y + SIZE - 2)
        drawing.y += LINE
    x, middle = NAMES, top + SIZE - 2
    if value is None:
        drawing.add("text", missing, x=x, y=middle, fill=QUIET)
    else:
        if value:
            drawing.block(x, top + 1, max(float(value) * scale, 0.5), BAR, colours.CATEGORIES[0])
            x += float(value) * scale
        drawing.add("text", show(value), x=x + 5, y=middle, font_weight="bold")
    drawing.y += GAP
