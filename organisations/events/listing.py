"""The list of events: narrowed by what the reader asked, said in a sentence, as rows of a download."""

from collections.abc import Iterator
from datetime import datetime

from django.conf import settings
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from vcse_portal.borough import codes
from vcse_portal.search import find
from vcse_portal.search.models import Audience
from vcse_portal.ui.words import date_in_words

from .models import Event, EventQuerySet, Kind, Status

MOST_FOUND = 500
HEADER = [
    "Title", "Kind", "Programme", "Starts", "Ends", "Where", "Online", "Open to", "Places", "Places left",
    "Sign-up opens", "Last day to sign up", "Themes", "State", "Summary", "Access", "Page",
]  # fmt: skip


def narrow(user, asked: dict, now: datetime | None = None) -> EventQuerySet:
    """What the reader may see of what was asked; coming up, soonest first, unless the past is asked for."""
    rows = Event.objects.visible_to(user)
    if asked.get("when") == "drafts":
        rows = rows.drafts()
    else:
        rows = rows.exclude(published_at=None)
        rows = rows.past(now) if asked.get("when") == "past" else rows.upcoming(now)
    if asked.get("kind"):
        rows = rows.filter(kind__in=asked["kind"])
    if asked.get("theme"):
        rows = rows.filter(themes__overlap=asked["theme"])
    if asked.get("programme"):
        rows = rows.filter(programme=asked["programme"])
    if asked.get("open_to"):
        rows = rows.filter(is_open_to_all=True)
    if asked.get("q", "").strip():
        rows = rows.filter(pk__in=_found(user, asked["q"]))
    return rows


def _found(user, words: str) -> list[int]:
    ask = find.Ask(audience=Audience.of(user), q=words, kind="event")
    return find.by_rank(ask, find.understand(ask), size=MOST_FOUND).ids


def rows_of(found) -> list[dict]:
    """What a page shows of each event; addresses are built once, not once a row."""
    base, now = reverse("events:events"), timezone.now()
    return [
        {
            "href": f"{base}{event.pk}/",
            "title": event.title,
            "summary": event.summary,
            "kind": event.get_kind_display(),
            "programme": event.programme,
            "when": event.when_words,
            "in_words": date_in_words(event.starts_at),
            "where": event.where_words,
            "state": event.state_words,
            "colour": event.state_colour,
            "places": places_words(event, now),
        }
        for event in found
    ]


def places_words(event: Event, now: datetime) -> str:
    """“5 places left”, “full, 3 wait”: what matters to somebody who thinks of coming."""
    if not event.is_open_for_sign_up(now):
        return ""
    if event.free is None:
        return _("Places for everyone who signs up")
    if event.free:
        return ngettext("%(count)s place left", "%(count)s places left", event.free) % {"count": event.free}
    if event.waiting:
        return ngettext(
            "No place left, %(count)s person waits", "No place left, %(count)s people wait", event.waiting
        ) % {"count": event.waiting}
    return _("No place left")


def sentence(count: int, asked: dict) -> str:
    """“3 events coming up, of the Leaders programme”: what the list shows, in words."""
    kinds = {
        "drafts": ngettext("%(count)s draft event", "%(count)s draft events", count),
        "past": ngettext("%(count)s past event", "%(count)s past events", count),
        "": ngettext("%(count)s event coming up", "%(count)s events coming up", count),
    }
    parts = [kinds[asked.get("when") or ""] % {"count": f"{count:,}"}]
    if asked.get("kind"):
        names = dict(Kind.choices)
        parts.append(_("of the kind %(kinds)s") % {"kinds": _either(str(names[k]) for k in asked["kind"])})
    if asked.get("theme"):
        names = codes.names("theme")
        parts.append(_("about %(themes)s") % {"themes": _either(names.get(c, c) for c in asked["theme"])})
    if asked.get("programme"):
        parts.append(_("in “%(programme)s”") % {"programme": asked["programme"]})
    if asked.get("open_to"):
        parts.append(_("open to everyone"))
    if asked.get("q", "").strip():
        parts.append(_("with “%(words)s”") % {"words": asked["q"].strip()})
    return ", ".join(parts)


def _either(words) -> str:
    return _(" or ").join(words)


def csv_rows(rows) -> Iterator[list]:
    """One line an event, names in place of codes. The link to join is not in it."""
    names = codes.names("theme")
    for e in rows.with_counts().iterator(chunk_size=500):
        yield [
            e.title, e.get_kind_display(), e.programme, e.starts_at, e.ends_at, e.place, e.is_online,
            "everyone" if e.is_open_to_all else "organisations on the portal", e.places, e.free, e.opens_on,
            e.closes_on, "; ".join(names.get(code, code) for code in e.themes),
            Status(e.status).label, e.summary, e.accessibility, f"{settings.BASE_URL}{e.get_absolute_url()}",
        ]  # fmt: skip
