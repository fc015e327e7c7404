"""Text pages: what officers saved, and until they do, an honest starter text in the council's name."""

from pathlib import Path

from .context import current_council
from .models import PublicText

STARTERS = {
    "accessibility": "Accessibility statement",
    "privacy": "Privacy notice",
    "cookies": "Cookies",
}
FOLDER = Path(__file__).parent / "starter"


def public_text(slug: str) -> PublicText | None:
    """The saved text, or the starter text that stands in for it; None when there is neither."""
    saved = PublicText.objects.filter(slug=slug).first()
    return saved or (starter(slug) if slug in STARTERS else None)


def starter(slug: str) -> PublicText:
    """A starter text with the council's name and contacts filled in; not saved."""
    council = current_council()
    contact = council.email or "the contact address on the council’s website"
    words = {
        "council": council.name,
        "portal": council.portal_name,
        "email": contact,
        "telephone": f"\n- call {council.telephone}" if council.telephone else "",
    }
    body = (FOLDER / f"{slug}.md").read_text(encoding="utf-8")
    return PublicText(slug=slug, title=STARTERS[slug], body=body.format(**words), version=0)


def every_text() -> list[PublicText]:
    """All text pages, saved or standing in, in the order of their titles."""
    saved = {text.slug: text for text in PublicText.objects.all()}
    return sorted([*saved.values(), *(starter(s) for s in STARTERS if s not in saved)], key=lambda t: t.title)
