"""The upright scale that columns and lines share: round numbers, zero always on it."""

import math
from collections.abc import Sequence

from .chart import Series, Show
from .colours import INK, RULE
from .drawing import SIZE, WIDTH, Drawing, text_width, wrap

HEIGHT = 200
SMALL = 12


def known(series: Sequence[Series]) -> list[float]:
    return [float(value) for one in series for value in one.values if value is not None]


def round_step(span: float) -> float:
    """1, 2 or 5 times a power of ten, so that three to six steps cover the span."""
    power = 10 ** math.floor(math.log10(span / 4))
    return next(power * times for times in (1, 2, 5, 10) if span / (power * times) <= 6)


class Scale:
    """Where a value stands: 0 and the round numbers around the values, `top` to `top + HEIGHT` in units."""

    def __init__(self, values: Sequence[float], top: float):
        low, high = min(0.0, *values), max(0.0, *values)
        self.step = round_step((high - low) or 1)
        self.low = math.floor(low / self.step) * self.step
        self.high = math.ceil(high / self.step) * self.step or self.step
        self.top = top

    def y(self, value: float) -> float:
        return self.top + HEIGHT * (self.high - float(value)) / (self.high - self.low)

    @property
    def ticks(self) -> list[float]:
        count = round((self.high - self.low) / self.step)
        return [round(self.low + i * self.step, 10) for i in range(count + 1)]

    def draw(self, drawing: Drawing, show: Show, right: float = WIDTH) -> float:
        """Rules and their numbers; returns where the plot begins."""
        left = max(text_width(show(tick)) for tick in self.ticks) + 8
        for tick in self.ticks:
            y = self.y(tick)
            rule = {"stroke": INK if tick == 0 else RULE, "stroke_width": 1.5 if tick == 0 else 0.75}
            drawing.add("path", d=f"M{left:.1f} {y:.1f}H{right:.1f}", **rule)
            drawing.add("text", show(tick), x=left - 6, y=y + 5, text_anchor="end")
        return left


def category_labels(
    drawing: Drawing, categories: Sequence[str], centres: Sequence[float], y: float, *, may_skip: bool
) -> None:
    """Names under the axis, each in its own width, smaller where they are many.

    Periods that are too many for the width are named every second, third … only (`may_skip`).
    """
    room = centres[1] - centres[0] if len(centres) > 1 else WIDTH / 2
    longest = max((word for name in categories for word in name.split()), key=text_width, default="")
    size = SIZE if text_width(longest) + 6 <= room or may_skip else SMALL
    every = max(1, math.ceil((text_width(longest) + 6) / room)) if may_skip else 1
    depth = 1
    for i in range(0, len(categories), every):
        lines = wrap(categories[i], (room * every - 6) * SIZE / size)
        depth = max(depth, len(lines))
        for n, line in enumerate(lines):
            at = y + size + 5 + n * (size + 4)
            drawing.add("text", line, x=centres[i], y=at, text_anchor="middle", font_size=size)
    drawing.y = y + 8 + depth * (size + 4)
