"""Amounts side by side: a group of columns for each category, a column for each series.

For up to six categories with short names; many or long ones read better as `stacked_bars` of one series.
"""

from collections.abc import Sequence
from datetime import date

from django.utils.translation import gettext as _

from . import axes, colours
from .chart import Chart, Series, Show, check, number, table_of
from .drawing import SIZE, WIDTH, Drawing, text_width


def columns(
    title: str,
    categories: Sequence[str],
    series: Sequence[Series],
    *,
    first: str,
    show: Show = number,
    sentence: str = "",
    missing: str = "–",
    source: str = "",
    as_at: date | None = None,
) -> Chart:
    """Columns from zero, each with its value above it where there is room.

    Raises ValueError when a series has a value too many or too few.
    """
    check(categories, series)
    sentence = sentence or _sentence(categories, series, show)
    drawing = Drawing()
    if axes.known(series):
        if len(series) > 1:
            drawing.legend(series)
        _plot(drawing, categories, series, show)
    table = table_of(title, first, categories, series, show, missing)
    return Chart(title, sentence, drawing.svg(title, sentence), table, source, as_at)


def _plot(drawing: Drawing, categories: Sequence[str], series: Sequence[Series], show: Show) -> None:
    scale = axes.Scale(axes.known(series), top=drawing.y + SIZE + 4)
    left = scale.draw(drawing, show)
    group = (WIDTH - left) / len(categories)
    width = (group * 0.8) / len(series)
    for i in range(len(categories)):
        for position, one in enumerate(series):
            if one.values[i] is not None:
                x = left + group * (i + 0.1) + width * position
                _column(drawing, scale, x, width, one.values[i], colours.colour_of(one.tone, position), show)
    centres = [left + group * (i + 0.5) for i in range(len(categories))]
    axes.category_labels(drawing, categories, centres, scale.top + axes.HEIGHT, may_skip=False)


def _column(
    drawing: Drawing, scale: axes.Scale, x: float, width: float, value, colour: str, show: Show
) -> None:
    zero, end = scale.y(0), scale.y(value)
    drawing.block(x + 1, min(zero, end), max(width - 2, 0.5), abs(zero - end), colour)
    if text_width(show(value)) <= width + 4:
        y = end - 5 if value >= 0 else end + SIZE
        drawing.add("text", show(value), x=x + width / 2, y=y, text_anchor="middle")


def _sentence(categories: Sequence[str], series: Sequence[Series], show: Show) -> str:
    found = [
        (value, one.name, categories[i])
        for one in series
        for i, value in enumerate(one.values)
        if value is not None
    ]
    if not found:
        return _("There are no figures yet.")
    value, name, category = max(found, key=lambda each: each[0])
    return _("Highest is %(category)s, %(name)s: %(value)s.") % {
        "category": category,
        "name": name,
        "value": show(value),
    }
