"""P13: a tagged report of forty pages against bare WeasyPrint of the same content.

The base is the renderer by itself: the same HTML and stylesheets, already written and read, no tags and no
finishing. Ours is all a caller waits for: writing the template, closing the document, layout, tags, checks.
"""

import gc
import statistics
import time
from collections.abc import Callable
from pathlib import Path
from unittest import mock

from django.contrib.staticfiles import finders
from django.template.loader import render_to_string
from django.utils import timezone
from weasyprint import CSS, HTML

from vcse_portal.pdf import render
from vcse_portal.pdf.specimen import TITLE, specimen

CHAPTERS = 12  # forty pages with front page, contents, twelve charts and twelve tables of 34 rows
GOALS = {"before finishing": 1.2, "finished": 1.6}


def run(rounds: int = 5) -> dict:
    """Ratios to the base as {"name", "goals", "ratios": {step: {"time": (median, min, max), "cpu": …}}}."""
    written = render_to_string("pdf/specimen.html", _context())
    sheets = [Path(finders.find(name)).read_text(encoding="utf-8") for name in render.STYLESHEETS]
    bare = lambda: HTML(string=written).write_pdf(stylesheets=[CSS(string=sheet) for sheet in sheets])  # noqa: E731
    ways = {"base": bare, "before finishing": _unfinished, "finished": _finished}
    for way in ways.values():
        way()  # fonts and stylesheets are read once
    measured = [{name: _measure(way) for name, way in ways.items()} for _ in range(rounds)]
    return {
        "id": "P13",
        "name": "40-page tagged report, against bare WeasyPrint of the same content",
        "goals": GOALS,
        "base_seconds": statistics.median(each["base"]["time"] for each in measured),
        "ratios": {
            step: {
                kind: _spread([m[step][kind] / m["base"][kind] for m in measured]) for kind in ("time", "cpu")
            }
            for step in GOALS
        },
    }


def _context() -> dict:
    return {
        **specimen(CHAPTERS),
        "title": TITLE,
        "lang": "en-GB",
        "is_paper": True,
        "made_at": timezone.now(),
    }


def _finished() -> bytes:
    return render.render_pdf("pdf/specimen.html", specimen(CHAPTERS), title=TITLE)


def _unfinished() -> bytes:
    with mock.patch.object(render, "finish", return_value=None):
        return _finished()


def _measure(way: Callable[[], bytes]) -> dict[str, float]:
    gc.collect()
    began, cpu = time.perf_counter(), time.process_time()
    way()
    return {"time": time.perf_counter() - began, "cpu": time.process_time() - cpu}


def _spread(values: list[float]) -> tuple[float, float, float]:
    return round(statistics.median(values), 2), round(min(values), 2), round(max(values), 2)
