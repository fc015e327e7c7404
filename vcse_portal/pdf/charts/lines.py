"""Change over time: a line for each series, told apart by colour, dashes and the shape of its points."""

from collections.abc import Sequence
from datetime import date

from django.utils.translation import gettext as _

from . import axes, colours
from .chart import Chart, Series, Show, check, listed, number, table_of
from .drawing import LINE, WIDTH, Drawing, printable, text_width, wrap

DASHES = ("", "7 3", "2 3", "9 3 2 3")
SHAPES = (
    "M{x} {y}m-4 0a4 4 0 1 0 8 0a4 4 0 1 0 -8 0z",
    "M{x} {y}m-4 -4h8v8h-8z",
    "M{x} {y}m0 -5l5 9h-10z",
    "M{x} {y}m0 -5l5 5l-5 5l-5 -5z",
)


def lines(
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
    """Lines over periods, each named at its end with its last value; a missing value breaks the line.

    Raises ValueError when a series has a value too many or too few.
    """
    check(categories, series)
    sentence = sentence or _sentence(categories, series, show)
    drawing = Drawing()
    if axes.known(series):
        _plot(drawing, categories, series, show)
    table = table_of(title, first, categories, series, show, missing)
    return Chart(title, sentence, drawing.svg(title, sentence), table, source, as_at)


def _plot(drawing: Drawing, categories: Sequence[str], series: Sequence[Series], show: Show) -> None:
    names = [_end_name(one, show) for one in series]
    margin = max(text_width(line) for name in names for line in name) + 12
    scale = axes.Scale(axes.known(series), top=drawing.y + 8)
    left = scale.draw(drawing, show, right=WIDTH - margin)
    step = (WIDTH - margin - left) / len(categories)
    centres = [left + step * (i + 0.5) for i in range(len(categories))]
    for position, one in enumerate(series):
        points = [
            None if value is None else (x, scale.y(value))
            for x, value in zip(centres, one.values, strict=True)
        ]
        _line(drawing, points, position, colours.colour_of(one.tone, position))
    _end_names(drawing, scale, series, names, WIDTH - margin + 6)
    axes.category_labels(drawing, categories, centres, scale.top + axes.HEIGHT, may_skip=True)


def _line(drawing: Drawing, points: Sequence, position: int, colour: str) -> None:
    path, pen_up = "", True
    for point in points:
        if point:
            path += f"{'M' if pen_up else 'L'}{point[0]:.1f} {point[1]:.1f}"
        pen_up = point is None
    dash = {"stroke_dasharray": dashes} if (dashes := DASHES[position % len(DASHES)]) else {}
    drawing.add("path", d=path, fill="none", stroke=colour, stroke_width=2.5, **dash)
    for point in filter(None, points):
        shape = SHAPES[position % len(SHAPES)].format(x=f"{point[0]:.1f}", y=f"{point[1]:.1f}")
        drawing.add("path", d=shape, fill=colour, stroke=colours.PAPER)


def _end_name(one: Series, show: Show) -> list[str]:
    last = next((value for value in reversed(one.values) if value is not None), None)
    text = printable(one.name) if last is None else f"{printable(one.name)} {show(last)}"
    return wrap(text, WIDTH * 0.28)


def _end_names(drawing: Drawing, scale: axes.Scale, series: Sequence[Series], names: list, x: float) -> None:
    """Names beside the ends of the lines, pushed apart where they would overlap."""
    ends = []
    for position, (one, name) in enumerate(zip(series, names, strict=True)):
        last = next((value for value in reversed(one.values) if value is not None), None)
        if last is not None:
            ends.append((scale.y(last), position, name, colours.colour_of(one.tone, position)))
    free = scale.top - 4
    for end, _position, name, colour in sorted(ends):
        y = max(end - (len(name) - 1) * LINE / 2 + 5, free + LINE)
        for n, line in enumerate(name):
            ink = colour if colours.contrast(colour, colours.PAPER) >= 4.5 else colours.INK
            drawing.add("text", line, x=x, y=y + n * LINE, fill=ink, font_weight="bold")
        free = y + (len(name) - 1) * LINE


def _sentence(categories: Sequence[str], series: Sequence[Series], show: Show) -> str:
    """“From 2016 to 2026: groups 17 to 47 and charities 22 to 12.”"""
    known = [i for i in range(len(categories)) if any(one.values[i] is not None for one in series)]
    if not known:
        return _("There are no figures yet.")
    since, until = known[0], known[-1]
    parts = [
        _("%(name)s %(start)s to %(end)s")
        % {"name": one.name, "start": show(one.values[since]), "end": show(one.values[until])}
        for one in series
        if one.values[since] is not None and one.values[until] is not None
    ]
    span = {"since": categories[since], "until": categories[until], "parts": listed(parts or [""])}
    return _("From %(since)s to %(until)s: %(parts)s.") % span if parts else ""
