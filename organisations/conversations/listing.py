"""The list of conversations: narrowed by what the reader asked, said in a sentence, as rows of a download."""

from collections.abc import Iterator

from django.conf import settings
from django.db.models import Q
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from vcse_portal.ui.markdown import to_text

from .models import Conversation, Kind, Participant, Party

CHUNK = 500
SHOWN_NAMES = 3
MOST_WORDS = 6
HEADER = (
    "Date", "Time", "Kind", "Subject", "Organisations", "People", "Council officers", "Place", "What was said",
    "Who may read it", "Follow-ups still open", "Written by", "Page",
)  # fmt: skip


def narrow(user, asked: dict):
    """What the reader may read of what was asked, latest first."""
    rows = Conversation.objects.visible_to(user).latest_first()
    if asked.get("drafts"):
        rows = rows.drafts()
    for field, lookup in {"kind": "kind__in", "first": "held_on__gte", "last": "held_on__lte"}.items():
        if asked.get(field):
            rows = rows.filter(**{lookup: asked[field]})
    if asked.get("officer"):
        took_part = Participant.objects.filter(is_officer=True, person=asked["officer"])
        rows = rows.filter(pk__in=took_part.values("conversation"))
    if asked.get("organisation"):
        with_it = Party.objects.filter(_every_word(asked["organisation"], "organisation__name"))
        rows = rows.filter(pk__in=with_it.values("conversation"))
    if asked.get("open"):
        rows = rows.with_open_followups()
    if asked.get("q"):
        rows = rows.filter(_every_word(asked["q"], "subject", "summary", "place"))
    return rows


def _every_word(text: str, *fields: str) -> Q:
    """Each word somewhere in one of the fields."""
    found = Q()
    for word in text.split()[:MOST_WORDS]:
        anywhere = Q()
        for field in fields:
            anywhere |= Q(**{f"{field}__icontains": word})
        found &= anywhere
    return found


def rows_of(found, *, is_council: bool) -> list[dict]:
    """What the page shows of each conversation; addresses are built once, not once a row."""
    base = reverse("conversations:conversations")
    return [
        {
            "href": f"{base}{one.pk}/",
            "subject": one.subject,
            "kind": one.get_kind_display(),
            "day": date_format(one.held_on),
            "organisations": _some([party.organisation.name for party in one.parties.all()]),
            "officers": _some([officer.who for officer in one.officers]),
            "has_to_do": one.has_to_do,
            "is_draft": one.is_draft,
            "audience": one.get_audience_display() if is_council else "",
        }
        for one in found
    ]


def _some(names: list[str]) -> str:
    """The first three, and how many more there are."""
    more = len(names) - SHOWN_NAMES
    words = "; ".join(names[:SHOWN_NAMES])
    return words + (_(" and %(n)s more") % {"n": more} if more > 0 else "")


def sentence(count: int, asked: dict, *, officer: str = "") -> str:
    """“3 conversations with “Ashfield”, from 1 March 2026, with something still to be done”."""
    if asked.get("drafts"):
        said = ngettext("%(n)s draft", "%(n)s drafts", count)
    else:
        said = ngettext("%(n)s conversation", "%(n)s conversations", count)
    return ", ".join([said % {"n": f"{count:,}"}, *_conditions(asked, officer)])


def _conditions(asked: dict, officer: str) -> Iterator[str]:
    if asked.get("organisation"):
        yield _("with “%(name)s”") % {"name": asked["organisation"]}
    if asked.get("officer"):
        yield f"in which {officer} took part"
    if asked.get("kind"):
        yield _(" or ").join(str(Kind(kind).label).lower() for kind in asked["kind"])
    if asked.get("first"):
        yield _("from %(day)s") % {"day": date_format(asked["first"])}
    if asked.get("last"):
        yield _("until %(day)s") % {"day": date_format(asked["last"])}
    if asked.get("open"):
        yield _("with something still to be done")
    if asked.get("q"):
        yield _("about “%(words)s”") % {"words": asked["q"]}


def csv_rows(rows, user) -> Iterator[tuple]:
    for one in rows.for_page(user).iterator(chunk_size=CHUNK):
        yield (
            one.held_on,
            one.time_words,
            one.get_kind_display(),
            one.subject,
            "; ".join(party.organisation.name for party in one.parties.all()),
            "; ".join(str(person) for person in one.people),
            "; ".join(officer.who for officer in one.officers),
            one.place,
            to_text(one.summary),
            one.get_audience_display(),
            sum(not followup.is_done for followup in one.follow_ups.all()),
            one.author.display_name,
            f"{settings.BASE_URL}{one.get_absolute_url()}",
        )
