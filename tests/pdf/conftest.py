"""Papers made from a few lines of template, and ways to read them back."""

import io
import subprocess
from dataclasses import dataclass
from datetime import UTC, datetime

import page
import pikepdf
import pytest
from PIL import Image

from vcse_portal.pdf.marks import data_uri
from vcse_portal.pdf.render import render_pdf
from vcse_portal.pdf.specimen import TITLE, SpecimenCouncil, specimen

NOW = datetime(2026, 12, 3, 9, 30, tzinfo=UTC)


@dataclass
class Paper:
    """A PDF and what the tests ask of it."""

    content: bytes

    def __post_init__(self):
        self.pdf = pikepdf.open(io.BytesIO(self.content))

    @property
    def is_compliant(self) -> bool:
        """PDF/UA-1, as an independent validator sees it."""
        return page.is_pdf_compliant_bytes(self.content, profile=page.ValidationProfile.PDF_UA_1)

    def elements(self, kind: str) -> list:
        """The elements of the structure tree of one kind, in reading order."""
        return [element for element in self._walk(self.pdf.Root.StructTreeRoot.K) if f"/{kind}" == element.S]

    def saved(self) -> "Paper":
        """As it is after a test has changed `pdf`."""
        buffer = io.BytesIO()
        self.pdf.save(buffer)
        return Paper(buffer.getvalue())

    def _walk(self, kids):
        for kid in kids if isinstance(kids, pikepdf.Array) else [kids]:
            if isinstance(kid, pikepdf.Dictionary) and "/S" in kid:
                yield kid
                yield from self._walk(kid.get("/K", []))

    def operators(self, number: int) -> list[tuple[str, list]]:
        """(operator, operands) of a page's content."""
        return [
            (str(op), list(operands)) for operands, op in pikepdf.parse_content_stream(self.pdf.pages[number])
        ]

    def links(self) -> list[str]:
        """Web addresses the links lead to."""
        annotations = [a for each in self.pdf.pages for a in each.get("/Annots", [])]
        return [str(a.A.URI) for a in annotations if "/A" in a]


@pytest.fixture
def make_paper(settings, tmp_path):
    """Function: the inside of the body (or a whole page with `whole=True`) → `Paper`."""
    settings.TEMPLATES = [{**settings.TEMPLATES[0], "DIRS": [tmp_path, *settings.TEMPLATES[0]["DIRS"]]}]

    def make(body: str, *, whole: bool = False, title: str = "A paper", **options) -> Paper:
        context = {"council": SpecimenCouncil(), **options.pop("context", {})}
        extends = (
            '{% extends "pdf/base.html" %}{% load charts %}{% block contents %}{% endblock %}{% block main %}'
        )
        written = body if whole else f"{extends}{body}{{% endblock %}}"
        name = f"paper-{len(list(tmp_path.iterdir()))}.html"  # Django keeps templates by name
        (tmp_path / name).write_text(written, encoding="utf-8")
        return Paper(render_pdf(name, context, title=title, now=NOW, **options))

    return make


@pytest.fixture(scope="session")
def report() -> Paper:
    """The specimen report: front sheet, contents, charts, and tables longer than a page."""
    return Paper(render_pdf("pdf/specimen.html", specimen(), title=TITLE, now=NOW))


@pytest.fixture(scope="session")
def report_pages(report, tmp_path_factory) -> list[str]:
    """The words of each page of the specimen report, as a reader's program extracts them."""
    path = tmp_path_factory.mktemp("pdf") / "report.pdf"
    path.write_bytes(report.content)
    text = subprocess.run(
        ["pdftotext", "-layout", path, "-"], capture_output=True, check=True, text=True
    ).stdout
    return text.split("\f")[:-1]


@pytest.fixture
def dot_bytes() -> bytes:
    """A small picture."""
    buffer = io.BytesIO()
    Image.new("RGB", (4, 4), "#00703c").save(buffer, "PNG")
    return buffer.getvalue()


@pytest.fixture
def dot(dot_bytes) -> str:
    return data_uri(dot_bytes)
