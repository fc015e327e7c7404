"""The last touches for PDF/UA-1 that WeasyPrint 70 leaves undone.

It runs as WeasyPrint's `finisher`, on the objects before they are written: reading a forty-page report back
and writing it again would add a fifth to its time, this adds a hundredth. What it mends:

* head cells say whether they speak for their column or their row (/Scope, upstream issue 2508);
* running heads and page numbers are artifacts, not content outside the tree (upstream issue 1836);
* links are printed (flag 4);
* the metadata stream is plain, for readers that look for it without unpacking.

What it refuses, because nobody could mend it later: a paper without title or language, a figure without a
description, an embedded file.
"""

import pydyf
from weasyprint import Document

PAGINATION = pydyf.Dictionary({"Type": "/Pagination"})
PRINT_FLAG = 4


class UnfitPaper(Exception):
    """The paper cannot be read by everyone; the message says what is missing."""


def finish(document: Document, pdf: pydyf.PDF) -> None:
    """Mend the tags of a paper in place; raises UnfitPaper when it is unfit to publish."""
    _refuse(document, pdf)
    _scope_heads(pdf)
    _furniture_to_artifacts(pdf)
    for annotation in pdf.objects:
        if isinstance(annotation, pydyf.Dictionary) and annotation.get("Subtype") == "/Link":
            annotation["F"] = PRINT_FLAG
    _object(pdf, pdf.catalog["Metadata"]).compress = False


def _object(pdf: pydyf.PDF, reference: bytes):
    """The object a reference such as `12 0 R` points to."""
    return pdf.objects[int(reference.split()[0])]


def _refuse(document: Document, pdf: pydyf.PDF) -> None:
    if not (document.metadata.title or "").strip():
        raise UnfitPaper("The paper has no title.")
    if not document.metadata.lang:
        raise UnfitPaper("The paper does not say its language.")
    for item in pdf.objects:
        if not isinstance(item, pydyf.Dictionary):
            continue
        if item.get("S") == "/Figure" and not item.get("Alt"):
            raise UnfitPaper("A picture in the paper has no description.")
        if item.get("Type") == "/Filespec" or item.get("Subtype") == "/FileAttachment":
            raise UnfitPaper("A file was to be embedded in the paper.")


def _scope_heads(pdf: pydyf.PDF) -> None:
    """Column for head cells in the table's head, Row for those beside the cells."""
    for element in pdf.objects:
        if isinstance(element, pydyf.Dictionary) and element.get("S") == "/TH":
            section = _object(pdf, _object(pdf, element["P"])["P"])["S"]
            element["A"]["Scope"] = "/Column" if section == "/THead" else "/Row"


def _furniture_to_artifacts(pdf: pydyf.PDF) -> None:
    """Marked content that no element of the tree holds was drawn in a page's margin."""
    held = _held(pdf)
    owners = _object(pdf, _object(pdf, pdf.catalog["StructTreeRoot"])["ParentTree"])["Nums"]
    for number, page in enumerate(pdf.page_references):
        stream = _object(pdf, _object(pdf, page)["Contents"]).stream
        for i, item in enumerate(stream):
            if isinstance(item, pydyf.Dictionary) and "MCID" in item and (page, item["MCID"]) not in held:
                owners[2 * number + 1][item["MCID"]] = "null"
                stream[i - 1 : i + 1] = "/Artifact", PAGINATION


def _held(pdf: pydyf.PDF) -> set[tuple[bytes, int]]:
    """(page, content id) of all content reachable from the root of the tree."""
    held, waiting = set(), [_object(pdf, pdf.catalog["StructTreeRoot"])]
    while waiting:
        element = waiting.pop()
        for kid in element["K"]:
            if isinstance(kid, int):
                held.add((element["Pg"], kid))
            elif (below := _object(pdf, kid)).get("Type") == "/StructElem":
                waiting.append(below)
    return held
