"""What may stand in a paper, and the refusal of everything that would have to be fetched.

Members' words reach the renderer, which would otherwise load any address it meets: an internal service, a
file of the server, an attachment. Two locks, each enough by itself: `close` takes such things out of the
document, and `ClosedFetcher` answers nothing but pictures already inside it. Our own stylesheets are read
by `render.py` and handed over, never fetched.
"""

import logging
import re
from xml.etree.ElementTree import Element

from weasyprint.urls import URLFetcher, URLFetcherResponse

logger = logging.getLogger(__name__)

PICTURE = re.compile(r"data:image/(png|jpeg|gif|svg\+xml)[;,]", re.IGNORECASE)
LINK = re.compile(r"(https?://|mailto:|tel:)", re.IGNORECASE)
SCHEME = re.compile(r"[a-z][a-z0-9+.-]*:", re.IGNORECASE)
FOREIGN = {
    *("script", "style", "link", "base", "iframe", "frame", "object", "embed", "audio", "video", "source"),
    *("image", "use", "foreignobject", "input", "textarea", "select", "button"),
}


class ClosedFetcher(URLFetcher):
    """Gives pictures from `data:` addresses and refuses the rest; `refused` keeps what was asked for."""

    def __init__(self):
        super().__init__(allowed_protocols={"data"}, allow_redirects=False)
        self.refused: list[str] = []

    def fetch(self, url: str, headers=None) -> URLFetcherResponse:
        if not PICTURE.match(url):
            self.refused.append(url[:200])
            raise ValueError("papers fetch nothing")
        return super().fetch(url, headers)


def close(root: Element, *, base_url: str = "") -> list[str]:
    """Take out of a document all that fetches, runs, embeds or leads nowhere; returns what was taken.

    A picture from elsewhere leaves its alternative text. A link keeps its address when it leads to the web,
    a mailbox, a telephone, a place in the paper, or a page of ours (`base_url`); else only its words stay.
    """
    taken: list[str] = []
    places = {element.get("id") for element in root.iter()} | {None}
    for parent in list(root.iter()):
        for child in list(parent):
            if _is_foreign(child):
                taken.append(f"<{_name(child)}>")
                _take_out(parent, child)
        _close_attributes(parent, places, base_url, taken)
    if taken:
        logger.warning("Taken out of a paper: %s", ", ".join(taken[:20]))
    return taken


def _name(element: Element) -> str:
    """The tag without its namespace, in lower case; empty for comments."""
    return element.tag.rpartition("}")[2].lower() if isinstance(element.tag, str) else ""


def _is_foreign(element: Element) -> bool:
    name = _name(element)
    return name in FOREIGN or (name == "img" and not PICTURE.match(element.get("src", "")))


def _take_out(parent: Element, child: Element) -> None:
    """Remove an element, but keep its alternative text and the words that follow it."""
    words = child.get("alt", "") + (child.tail or "")
    before = list(parent).index(child) - 1
    if before >= 0:
        parent[before].tail = (parent[before].tail or "") + words
    else:
        parent.text = (parent.text or "") + words
    parent.remove(child)


def _close_attributes(element: Element, places: set, base_url: str, taken: list[str]) -> None:
    for name, value in list(element.attrib.items()):
        refused = (
            name == "style"
            or name.startswith("on")
            or (name == "rel" and "attachment" in value.lower())
            or (name.endswith("href") and not _leads_somewhere(value.strip(), places, base_url))
            or ("url(" in value.lower() and "url(#" not in value.lower())
        )
        if refused:
            taken.append(f"{_name(element)}[{name}]")
            del element.attrib[name]


def _leads_somewhere(address: str, places: set, base_url: str) -> bool:
    if address.startswith("#"):
        return address[1:] in places
    return bool(LINK.match(address)) or bool(base_url and not SCHEME.match(address))
