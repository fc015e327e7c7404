"""Keeping the sector's figures: one set a council year, and the paper of a day's."""

from contextlib import suppress
from datetime import date, datetime, timedelta
from io import BytesIO

import pikepdf
from django.db import IntegrityError, transaction
from django.db.models import Q
from django.utils import timezone
from kombu.exceptions import KombuError

from vcse_portal import history

from .figures import count, counted, seal
from .models import Paper, Snapshot
from .paper import make

FREEZE_MONTH = 4  # the council's year begins in April
LONG_ENOUGH = timedelta(days=90)  # younger figures are no “last year”
LEASE = timedelta(minutes=10)
KEEP = timedelta(days=400)  # papers; the figures of each year stay


def council_year(today: date) -> int:
    """The year in which the council year of a day began."""
    return today.year if today.month >= FREEZE_MONTH else today.year - 1


def next_freeze(today: date) -> date:
    return date(council_year(today) + 1, FREEZE_MONTH, 1)


def freeze_year(*, now: datetime | None = None) -> Snapshot | None:
    """Keep the figures of the council year that has begun, once; None when it was done or there is nothing yet.

    Asked daily. The year's row is the claim: of two workers one writes it.
    """
    today = timezone.localdate(now)
    year = council_year(today)
    if Snapshot.objects.filter(year=year).exists() or not counted().exists():
        return None
    return keep_figures(year, count(today))


def keep_figures(year: int, figures: dict) -> Snapshot | None:
    """Freeze figures as those of a council year; None when that year has its figures."""
    with history.deed("froze the year's figures"), suppress(IntegrityError), transaction.atomic():
        return Snapshot.objects.create(
            year=year, as_at=figures["as_at"], figures=figures, figures_sha256=seal(figures)
        )
    return None


def figures_of_last_year(today: date) -> dict | None:
    """The kept figures nearest to a year before `today`; None when there are none old enough."""
    kept = Snapshot.objects.filter(as_at__lte=today - LONG_ENOUGH)
    near = sorted(kept, key=lambda one: abs((today - one.as_at).days - 365))
    return near[0].figures if near else None


def make_paper(*, now: datetime | None = None) -> Paper | None:
    """Make today's paper anew; None when somebody else is at it.

    Not one transaction: rendering takes seconds, and what a killed worker left undone is done again later.
    """
    now = now or timezone.now()
    today = timezone.localdate(now)
    paper, _is_new = Paper.objects.get_or_create(as_at=today)
    free = Q(leased_until=None) | Q(leased_until__lt=now)
    if not Paper.objects.filter(free, pk=paper.pk).update(leased_until=now + LEASE):
        return None
    found = count(today)
    try:
        content = make(found, figures_of_last_year(today), next_freeze=next_freeze(today), now=now)
    except Exception:
        Paper.objects.filter(pk=paper.pk).update(leased_until=None)
        raise
    return _file(paper.pk, found, content)


@transaction.atomic
def _file(paper_id: int, found: dict, content: bytes) -> Paper:
    with history.deed("made the paper"):
        paper = Paper.objects.select_for_update().get(pk=paper_id)
        paper.figures_sha256, paper.content, paper.leased_until = seal(found), content, None
        paper.page_count, paper.made_at = len(pikepdf.open(BytesIO(content)).pages), timezone.now()
        paper.save(update_fields=["figures_sha256", "content", "leased_until", "page_count", "made_at"])
    Paper.objects.filter(as_at__lt=paper.as_at - KEEP).delete()
    return paper


def make_due_paper(*, now: datetime | None = None) -> Paper | None:
    """Today's paper, when the figures are no longer those of the last one; at most one a day. Asked often."""
    today = timezone.localdate(now)
    newest = Paper.objects.ready().defer("content").first()
    if newest and newest.as_at >= today:
        return None
    if newest and newest.figures_sha256 == seal(count(today)):
        return None
    return make_paper(now=now) if newest or counted().exists() else None


def ask_for_paper() -> None:
    """Have today's paper made in the background, after an officer asked; the hourly look is no substitute."""
    from .tasks import make_paper as task

    def send():
        with suppress(KombuError, OSError):
            task.delay()

    transaction.on_commit(send)
