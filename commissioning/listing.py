"""The list of intentions: narrowed by what the reader asked, said in a sentence, as rows of a download."""

from collections.abc import Iterator
from datetime import date

from django.conf import settings
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from vcse_portal.borough import codes
from vcse_portal.search import find
from vcse_portal.search.models import Audience
from vcse_portal.ui.words import date_in_words

from .models import Intention, IntentionQuerySet, Q, Stage, Status

MOST_FOUND = 500
HEADER = [
    "Title", "Summary", "Stage", "Directorate", "Lead officer", "Route", "Lowest value (£, excl. VAT)",
    "Highest value (£, excl. VAT)", "Expected to open", "Closes", "Work starts", "Work ends", "Themes", "Communities",
    "Wards", "Outcomes", "Tender portal", "First published", "Page",
]  # fmt: skip


def narrow(user, asked: dict) -> IntentionQuerySet:
    """What the reader may see of what was asked; without a stage asked, what is neither ended nor withdrawn."""
    rows = Intention.objects.visible_to(user)
    if asked.get("drafts"):
        rows = rows.drafts()
    else:
        rows = _at_stages(rows.exclude(status=Status.DRAFT), asked.get("stage"))
    if asked.get("theme"):
        rows = rows.filter(themes__overlap=asked["theme"])
    if asked.get("directorate"):
        rows = rows.filter(directorate__code=asked["directorate"])
    if asked.get("q", "").strip():
        rows = rows.filter(pk__in=_found(user, asked["q"]))
    return rows


def _at_stages(rows, stages):
    if not stages:
        return rows.current()
    at = Q(status=Status.PUBLISHED, stage__in=stages)
    return rows.filter(at | Q(status=Status.WITHDRAWN)) if "withdrawn" in stages else rows.filter(at)


def _found(user, words: str) -> list[int]:
    ask = find.Ask(audience=Audience.of(user), q=words, kind="intention")
    return find.by_rank(ask, find.understand(ask), size=MOST_FOUND).ids


def rows_of(found) -> list[dict]:
    """What the page shows of each intention; addresses are built once, not once a row."""
    base, today = reverse("commissioning:intentions"), timezone.localdate()
    return [
        {
            "href": f"{base}{i.pk}/",
            "title": i.title,
            "summary": i.summary,
            "directorate": i.directorate.name,
            "state": i.state_words,
            "colour": i.state_colour,
            "value": i.value_words,
            "date": date_format(i.next_date) if i.next_date else "",
            "date_words": _next_date(i, today),
        }
        for i in found
    ]


def _next_date(intention: Intention, today: date) -> str:
    if not intention.next_date:
        return ""
    is_over = intention.next_date < today
    if intention.stage in (Stage.EVALUATION, Stage.AWARDED):
        words = _("work started %(when)s") if is_over else _("work starts %(when)s")
    elif intention.stage in (Stage.DELIVERY, Stage.ENDED):
        words = _("work ended %(when)s") if is_over else _("work ends %(when)s")
    elif intention.stage == Stage.OPEN and intention.closes_on:
        words = _("closed %(when)s") if is_over else _("closes %(when)s")
    else:
        words = _("expected to open %(when)s")
    return words % {"when": date_in_words(intention.next_date, today)}


def sentence(count: int, asked: dict) -> str:
    """“3 intentions about Health or Housing, at Co-design”: what the list shows, in words."""
    kind = (
        ngettext("%(count)s draft intention", "%(count)s draft intentions", count)
        if asked.get("drafts")
        else ngettext("%(count)s intention", "%(count)s intentions", count)
    )
    parts = [kind % {"count": f"{count:,}"}]
    if asked.get("theme"):
        parts.append(_("about %(themes)s") % {"themes": _either("theme", asked["theme"])})
    if asked.get("stage"):
        names = dict(Stage.choices) | {"withdrawn": _("Withdrawn")}
        parts.append(
            _("at the stage %(stages)s") % {"stages": _(" or ").join(str(names[s]) for s in asked["stage"])}
        )
    if asked.get("directorate"):
        parts.append(
            _("of %(directorate)s") % {"directorate": _either("directorate", [asked["directorate"]])}
        )
    if asked.get("q", "").strip():
        parts.append(_("with “%(words)s”") % {"words": asked["q"].strip()})
    return " ".join(parts)


def _either(kind: str, chosen: list[str]) -> str:
    names = codes.names(kind)
    return _(" or ").join(names.get(code, code) for code in chosen)


def csv_rows(rows) -> Iterator[list]:
    """One line an intention, names in place of codes."""
    names = {kind: codes.names(kind) for kind in ("theme", "community", "ward", "outcome")}

    def said(kind, chosen):
        return "; ".join(names[kind].get(code, code) for code in chosen)

    for i in rows.select_related("directorate", "lead_officer").iterator(chunk_size=500):
        yield [
            i.title, i.summary, i.state_words, i.directorate.name, i.lead_officer.display_name, i.get_route_display(),
            i.value_low, i.value_high, i.expected_open_on, i.closes_on, i.starts_on, i.ends_on, said("theme", i.themes),
            said("community", i.communities), said("ward", i.wards), said("outcome", i.outcomes), i.portal_url,
            i.published_at, f"{settings.BASE_URL}{i.get_absolute_url()}",
        ]  # fmt: skip
