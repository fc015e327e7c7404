"""Headings in order, and the contents list made from them, so that the two can never disagree."""

from xml.etree.ElementTree import Element, SubElement

HEADINGS = ("h1", "h2", "h3", "h4", "h5", "h6")


def straighten(root: Element) -> None:
    """One h1, and no level left out: what people wrote may begin anywhere, a screen reader must not stumble."""
    before = 0
    for heading in root.iter():
        if heading.tag in HEADINGS:
            level = min(HEADINGS.index(heading.tag) + 1, before + 1)
            level = 2 if level == 1 and before else level
            heading.tag, before = f"h{level}", level


def fill(root: Element) -> None:
    """Fill `<ol data-contents>` with a link for each chapter (`<section class="chapter">`, its first h2).

    The page number is set by the stylesheet from the entry's `data-t`.
    """
    places = [element for element in root.iter("ol") if "data-contents" in element.attrib]
    for number, heading in enumerate(_chapters(root), start=1):
        heading.set("id", heading.get("id") or f"chapter-{number}")
        for place in places:
            entry = SubElement(place, "li", {"data-t": f"#{heading.get('id')}"})
            link = SubElement(entry, "a", {"href": f"#{heading.get('id')}"})
            link.text = " ".join("".join(heading.itertext()).split())


def _chapters(root: Element) -> list[Element]:
    sections = (s for s in root.iter("section") if "chapter" in s.get("class", "").split())
    headings = (section.find("h2") for section in sections)
    return [heading for heading in headings if heading is not None]
