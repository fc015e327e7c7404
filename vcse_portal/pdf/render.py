"""Template and context in, finished PDF/UA-1 out."""

import gc
import logging
import re
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from functools import cache
from pathlib import Path

from django.contrib.staticfiles import finders
from django.template.loader import render_to_string
from django.utils import timezone, translation
from weasyprint import CSS, HTML

from . import contents
from .brand import brand_stylesheet
from .closed import ClosedFetcher, close
from .finish import UnfitPaper, finish

Progress = Callable[[int, str], None]
CONTROLS = dict.fromkeys((*range(9), 11, 12, *range(14, 32), *range(127, 160)), " ")
UNPRINTABLE = re.compile(r"unsupported by fonts: .*\(U\+([0-9A-F]+)\)")
logger = logging.getLogger(__name__)
COMPLAINTS, STEPS = logging.getLogger("weasyprint"), logging.getLogger("weasyprint.progress")
STEPS.setLevel(logging.INFO)
STEPS.propagate = False  # told to the person who waits, not to the log
STYLESHEETS = ("pdf/figure.css", "pdf/report.css")
__all__ = ["Progress", "UnfitPaper", "render_pdf"]


def render_pdf(
    template: str,
    context: dict,
    *,
    title: str,
    lang: str = "en-GB",
    progress: Progress | None = None,
    now: datetime | None = None,
    base_url: str = "",
    stylesheets: Sequence[str] = STYLESHEETS,
) -> bytes:
    """Render a template as a tagged PDF that everyone can read.

    `context["council"]` gives name, brand_colour (#rrggbb) and logo (bytes, a file, or None). `progress` is
    called with per cent done and words for the page where someone waits. `now` dates the paper; the same
    template, context and `now` give the same bytes. `base_url` makes links to our own pages whole.
    Raises UnfitPaper when the paper would be unreadable to some: no title or language, a picture without a
    description, a picture or link that cannot be had.
    """
    tell = progress or (lambda _percent, _words: None)
    tell(5, "Writing the text")
    with translation.override(lang):
        written = render_to_string(
            template,
            {**context, "title": title, "lang": lang, "is_paper": True, "made_at": now or timezone.now()},
        )
    brand = brand_stylesheet(getattr(context.get("council"), "brand_colour", ""))
    sheets = [*map(_stylesheet, stylesheets), brand]
    with _strict(tell) as notes, _collector_paused():
        paper = _draw(written.translate(CONTROLS), base_url, sheets, tell)
        if notes.unprintable:
            logger.warning(
                "No font here has %s: set as □.",
                " ".join(f"U+{code:04X}" for code in sorted(notes.unprintable)),
            )
            paper = _draw(written.translate(CONTROLS | notes.unprintable), base_url, sheets, tell)
    if notes.problems:
        raise UnfitPaper(" ".join(notes.problems))
    tell(100, "Finished")
    return paper


def _draw(written: str, base_url: str, stylesheets: Sequence[CSS], tell: Progress) -> bytes:
    html = HTML(string=written, base_url=base_url or None, url_fetcher=ClosedFetcher())
    html.base_url = base_url or None  # whatever a <base> in the text says
    contents.straighten(html.etree_element)
    contents.fill(html.etree_element)
    close(html.etree_element, base_url=base_url)
    document = html.render(stylesheets=stylesheets, pdf_variant="pdf/ua-1")
    tell(75, f"Drawing {len(document.pages)} pages")
    return document.write_pdf(finisher=finish, pdf_variant="pdf/ua-1", pdf_identifier=True)


@contextmanager
def _collector_paused() -> Iterator[None]:
    """No search for cycles while a paper is laid out: it saves a fifth of the time and frees 3 MB too late."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()
            gc.collect()


@cache
def _stylesheet(name: str) -> CSS:
    """One of our stylesheets, read from the static files and kept for the next paper."""
    found = finders.find(name)
    if found is None:
        raise FileNotFoundError(f"No stylesheet {name} among the static files.")
    return CSS(string=Path(found).read_text(encoding="utf-8"), url_fetcher=ClosedFetcher())


@contextmanager
def _strict(tell: Progress) -> Iterator["_Notes"]:
    """Note what WeasyPrint complains of in this thread, and pass its steps on as progress."""
    notes, steps = _Notes(), _Steps(tell)
    COMPLAINTS.addFilter(notes)
    STEPS.setLevel(logging.INFO)  # whatever else configured logging since
    STEPS.disabled = False
    STEPS.addHandler(steps)
    try:
        yield notes
    finally:
        COMPLAINTS.removeFilter(notes)
        STEPS.removeHandler(steps)


BOX = "\u25a1"  # a white square: every font with the common European letters has it, Liberation too


class _Notes(logging.Filter):
    """Errors make a paper unfit; letters that no font has are kept for a second try, and off the log."""

    def __init__(self):
        super().__init__()
        self.thread, self.problems, self.unprintable = threading.get_ident(), [], {}

    def filter(self, record: logging.LogRecord) -> bool:
        if record.thread != self.thread:
            return True
        letter = UNPRINTABLE.search(record.getMessage())
        if letter:
            self.unprintable[int(letter[1], 16)] = BOX
        elif record.levelno >= logging.ERROR:
            self.problems.append(f"{record.getMessage()[:300]}.")
        return not letter


class _Steps(logging.Handler):
    """“Laying out page 12”, from 10 towards 70 per cent: how many pages there will be nobody knows yet."""

    def __init__(self, tell: Progress):
        super().__init__(logging.INFO)
        self.thread, self.tell, self.percent = threading.get_ident(), tell, 10

    def emit(self, record: logging.LogRecord) -> None:
        _before, found, page = record.getMessage().rpartition("Page ")
        if not (found and page.isdigit() and record.thread == self.thread):
            return
        percent = 10 + 60 * int(page) // (int(page) + 30)
        if percent > self.percent:  # pages are laid out more than once until their numbers agree
            self.percent = percent
            self.tell(percent, f"Laying out page {page}")
