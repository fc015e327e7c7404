"""Charts as SVG, the same on a web page and in a PDF.

Each function takes a title, the categories and the series, and returns a `Chart`: a sentence that says what
it shows, the drawing, and the table the drawing was made from. `{% load charts %}{% figure chart %}` sets
all three. Values are counts, pounds or per cent (`show` says how they are written); `None` is a value that
is not known or too small to publish.
"""

from .bars import bars
from .chart import Chart, Series, Table, number, per_cent, pounds
from .columns import columns
from .lines import lines
from .stacked_bars import stacked_bars

__all__ = [
    "Chart",
    "Series",
    "Table",
    "bars",
    "columns",
    "lines",
    "number",
    "per_cent",
    "pounds",
    "stacked_bars",
]
