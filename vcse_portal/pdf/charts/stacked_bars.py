"""Parts of a whole for each category, side by side in one bar: how many actions are green, amber and red."""

from collections.abc import Sequence
from datetime import date

from django.utils.translation import gettext as _

from . import colours
from .chart import Chart, Series, Show, check, listed, number, table_of
from .drawing import LINE, SIZE, WIDTH, Drawing, text_width, wrap

BAR, GAP = 28, 14


def stacked_bars(
    title: str,
    categories: Sequence[str],
    series: Sequence[Series],
    *,
    first: str,
    unit: str = "",
    show: Show = number,
    sentence: str = "",
    missing: str = "–",
    source: str = "",
    as_at: date | None = None,
) -> Chart:
    """A bar for each category, its parts in the order of the series, the total at its end.

    `first` heads the table's first column, `unit` names what is counted (“actions”). Raises ValueError when
    a series has a value too many or too few, or below zero.
    """
    check(categories, series)
    if any((value or 0) < 0 for one in series for value in one.values):
        raise ValueError("A stacked bar cannot show values below zero.")
    sentence = sentence or _sentence(series, unit, show)
    totals = [sum(one.values[i] or 0 for one in series) for i in range(len(categories))]
    drawing = Drawing()
    if any(totals):
        if len(series) > 1:
            drawing.legend(series)
        room = WIDTH - 12 - max(text_width(show(total)) for total in totals)
        for i, category in enumerate(categories):
            _bar(
                drawing,
                category,
                [one.values[i] or 0 for one in series],
                series,
                room / float(max(totals)),
                show,
            )
    table = table_of(title, first, categories, series, show, missing)
    return Chart(title, sentence, drawing.svg(title, sentence), table, source, as_at)


def _bar(drawing: Drawing, category: str, values: list, series: Sequence[Series], scale: float, show: Show):
    for line in wrap(category, WIDTH):
        drawing.add("text", line, x=0, y=drawing.y + SIZE)
        drawing.y += LINE
    x, top = 0.5, drawing.y + 3
    for position, (one, value) in enumerate(zip(series, values, strict=True)):
        if value:
            colour = colours.colour_of(one.tone, position)
            width = float(value) * scale
            drawing.block(x, top, max(width - 2, 0.5), BAR, colour)
            _label(
                drawing, x, top, width - 2, (f"{one.name} {show(value)}", show(value)), colours.ink_on(colour)
            )
            x += width
    drawing.add("text", show(sum(values)), x=x + 4, y=top + BAR / 2 + 5, font_weight="bold")
    drawing.y = top + BAR + GAP


def _label(drawing: Drawing, x: float, top: float, width: float, choices: Sequence[str], ink: str) -> None:
    """The longest of the choices that fits in the mark, or none: the table has it."""
    fitting = [text for text in choices if text_width(text) + 6 <= width]
    if fitting:
        drawing.add("text", fitting[0], x=x + width / 2, y=top + BAR / 2 + 5, text_anchor="middle", fill=ink)


def _sentence(series: Sequence[Series], unit: str, show: Show) -> str:
    sums = [(one.name, sum(value or 0 for value in one.values)) for one in series]
    total = sum(value for _name, value in sums)
    if not total:
        return _("There are no figures yet.")
    parts = listed([f"{show(value)} {name[:1].lower()}{name[1:]}" for name, value in sums if value])
    return _("Of %(total)s: %(parts)s.") % {"total": f"{show(total)} {unit}".strip(), "parts": parts}
