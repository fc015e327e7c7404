"""What the pages say of each list an administrator keeps."""

from collections.abc import Callable
from dataclasses import dataclass

from .models import Community, Directorate, Listed, Outcome, Support, Theme
from .operations import save_community, save_directorate, save_outcome, save_support, save_theme


@dataclass(frozen=True)
class List:
    kind: str
    model: type[Listed]
    title: str
    about: str
    save: Callable
    extra: str = ""  # the one field beside code and name


LISTS = {
    one.kind: one
    for one in (
        List(
            "directorate",
            Directorate,
            "Directorates",
            "The parts of the council.",
            save_directorate,
            "director",
        ),
        List(
            "theme",
            Theme,
            "Themes",
            "What organisations do and what the council plans to buy or fund.",
            save_theme,
            "description",
        ),
        List("community", Community, "Communities", "Whom organisations serve.", save_community),
        List(
            "support",
            Support,
            "Kinds of support",
            "Help that organisations want and others offer.",
            save_support,
            "description",
        ),
        List(
            "outcome",
            Outcome,
            "Common outcomes",
            "What the council and the sector want to change together.",
            save_outcome,
            "description",
        ),
    )
}
PATHS = {
    "directorates": "directorate",
    "themes": "theme",
    "communities": "community",
    "support": "support",
    "outcomes": "outcome",
}
