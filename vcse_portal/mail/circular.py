"""What the circular gathers, from every app's circular.py, in the order of its sections."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime

from django.db import models
from django.utils.translation import gettext_lazy as _


class Section(models.TextChoices):
    """Headings of the circular in their order. Stored codes."""

    INTENTIONS = "intentions", _("What the council plans to buy or fund")
    FUNDING = "funding", _("Funding you can apply for")
    PARTNERS = "partners", _("From our partners")
    AWARDS = "awards", _("What was awarded")
    SPACES = "spaces", _("Spaces and buildings")
    CONSULTATIONS = "consultations", _("Have your say")
    COMPACT = "compact", _("Our Compact")
    MEETINGS = "meetings", _("Forums and meetings")
    NEWS = "news", _("News")


ORDER = {section: place for place, section in enumerate(Section)}


@dataclass(frozen=True)
class Entry:
    """One item: `summary` is plain text, `url` a path of ours, `themes` codes, `at` when it was published."""

    section: Section
    title: str
    summary: str
    url: str
    at: datetime
    themes: list[str] = field(default_factory=list)


Source = Callable[..., Iterable[Entry]]
_sources: list[Source] = []


def source(function: Source) -> Source:
    """Register `function(since, until)`: what was published at or after `since` and before `until`."""
    _sources.append(function)
    return function


def entries(since: datetime, until: datetime) -> list[Entry]:
    """Everything published in the span, section by section, oldest first within one."""
    found = [entry for each in _sources for entry in each(since, until)]
    return sorted(found, key=lambda entry: (ORDER[Section(entry.section)], entry.at, entry.title))
