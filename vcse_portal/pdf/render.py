"""Template and context in, finished PDF/UA-1 out."""

import logging
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
PROBLEMS, STEPS = logging.getLogger("weasyprint"), logging.getLogger("weasyprint.progress")
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
    with _strict(tell) as problems:
        html = HTML(string=written, base_url=base_url or None, url_fetcher=ClosedFetcher())
        html.base_url = base_url or None  # whatever a <base> in the text says
        contents.straighten(html.etree_element)
        contents.fill(html.etree_element)
        close(html.etree_element, base_url=base_url)
        brand = brand_stylesheet(getattr(context.get("council"), "brand_colour", ""))
        document = html.render(stylesheets=[*map(_stylesheet, stylesheets), brand], pdf_variant="pdf/ua-1")
        tell(75, f"Drawing {len(document.pages)} pages")
        paper = document.write_pdf(finisher=finish, pdf_variant="pdf/ua-1", pdf_identifier=True)
    if problems:
        raise UnfitPaper(" ".join(problems))
    tell(100, "Finished")
    return paper


@cache
def _stylesheet(name: str) -> CSS:
    """One of our stylesheets, read from the static files and kept for the next paper."""
    found = finders.find(name)
    if found is None:
        raise FileNotFoundError(f"No stylesheet {name} among the static files.")
    return CSS(string=Path(found).read_text(encoding="utf-8"), url_fetcher=ClosedFetcher())


@contextmanager
def _strict(tell: Progress) -> Iterator[list[str]]:
    """Collect what WeasyPrint logs as errors in this thread, and pass its steps on as progress."""
    problems = _Problems()
    steps = _Steps(tell)
    watched = ((PROBLEMS, problems), (STEPS, steps))
    for log, handler in watched:
        log.addHandler(handler)
    try:
        yield problems.found
    finally:
        for log, handler in watched:
            log.removeHandler(handler)


class _Problems(logging.Handler):
    def __init__(self):
        super().__init__(logging.ERROR)
        self.thread, self.found = threading.get_ident(), []

    def emit(self, record: logging.LogRecord) -> None:
        if record.thread == self.thread:
            self.found.append(f"{record.getMessage()[:300]}.")


class _Steps(logging.Handler):
    """“Laying out page 12”, from 10 towards 70 per cent: how many pages there will be nobody knows yet."""

    def __init__(self, tell: Progress):
        super().__init__(logging.INFO)
        self.thread, self.tell, self.percent = threading.get_ident(), tell, 10

    def emit(self, record: logging.LogRecord) -> None:
        _before, found, page = record.getMessage().rpartition("Page ")
        if found and page.isdigit() and record.thread == self.thread:
            self.percent = max(self.percent, 10 + 60 * int(page) // (int(page) + 30))
            self.tell(self.percent, f"Laying out page {page}")
