"""A plan's actions as its page shows them: narrowed, counted, in columns, as CSV."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta

from django.db.models import Count, Q, QuerySet
from django.utils.formats import date_format
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from vcse_portal.ui.tags.leaves import rag

from .models import Action, Ambition, Plan, Rag
from .models.action import DUE_SOON_DAYS
from .models.rating import ENDED, shown_rag

PER_PAGE = 100
HEADER = (
    *(
        "Plan",
        "Ambition number",
        "Ambition",
        "Number",
        "Action",
        "Description",
        "Led by",
        "Partner",
        "Directorate",
    ),
    *(
        "Timeframe",
        "Due date",
        "Resources",
        "Note on resources",
        "Status",
        "Rating",
        "Rated by lead",
        "Rated on",
    ),
    *("Progress", "Last update", "Completed"),
)


@dataclass(frozen=True)
class Card:
    """An action on the board, its words made once: nothing is worked out per row in the template."""

    pk: int
    number: int
    title: str
    mark: SafeString
    lead_words: str


def card(action: Action) -> Card:
    due = date_format(action.due_on, "j F Y") if action.due_on else action.timeframe
    late = _("Overdue") if action.is_late else ""
    when = ", ".join(filter(None, [late, due]))
    mark = rag(action.shown_rag, Rag(action.shown_rag).label)
    mark = format_html("{} · {}", mark, when) if when else mark
    who = action.lead_organisation.name if action.lead_organisation else ""
    words = ", ".join(filter(None, [action.lead_post, who]))
    return Card(action.pk, action.number, action.title, mark, words)


@dataclass
class Column:
    """An ambition with the actions of it that are shown, and its counts by rating over all its actions."""

    ambition: Ambition
    counts: Counter = field(default_factory=Counter)
    late: int = 0
    actions: list[Card] = field(default_factory=list)

    is_narrowed: bool = False

    @property
    def shown(self) -> int:
        """The number beside the heading: all the ambition's actions, or those that fit the filters."""
        return len(self.actions) if self.is_narrowed else self.total

    @property
    def total(self) -> int:
        return sum(self.counts.values())


def columns(plan: Plan, today: date) -> list[Column]:
    """The plan's ambitions with their counts by shown rating: one query, however many actions there are."""
    late = Q(actions__due_on__lt=today) & ~Q(actions__status__in=ENDED)
    rows = (
        Ambition.objects.filter(plan=plan)
        .annotate(rag=shown_rag(today, "actions__"))
        .values("pk", "number", "title", "description", "rag")
        .annotate(actions_at=Count("actions"), late_at=Count("actions", filter=late))
        .order_by("number")
    )
    found: dict[int, Column] = {}
    for row in rows:
        code, number_of, late_at = row.pop("rag"), row.pop("actions_at"), row.pop("late_at")
        column = found.setdefault(row["pk"], Column(Ambition(plan=plan, **{"id": row.pop("pk")}, **row)))
        if number_of:
            column.counts[code] += number_of
            column.late += late_at
    return list(found.values())


def narrow(actions: QuerySet[Action], asked: dict, user, today: date) -> QuerySet[Action]:
    """The actions a person asked for: by ambition, shown rating, lead and due date. `actions` are `rated`."""
    if asked.get("ambition"):
        actions = actions.filter(ambition__number=asked["ambition"])
    if asked.get("rag"):
        actions = actions.filter(shown_rag__in=asked["rag"])
    if asked.get("lead") == "me":
        actions = actions.filter(lead=user if user.is_authenticated else None)
    elif asked.get("lead"):
        actions = actions.filter(lead_post=asked["lead"])
    return _due(actions, asked.get("due"), today)


def _due(actions, due: str, today: date):
    spans = {"soon": DUE_SOON_DAYS, "quarter": 91}
    if due == "overdue":
        return actions.overdue(today)
    if due in spans:
        last = today + timedelta(days=spans[due])
        return actions.exclude(status__in=ENDED).filter(due_on__range=(today, last))
    return actions.filter(due_on=None) if due == "none" else actions


def lead_choices(plan: Plan) -> list[tuple[str, str]]:
    posts = plan.actions.order_by("lead_post").values_list("lead_post", flat=True).distinct()
    return [(post, post) for post in posts[:200]]


def sentence(shown: int, total: int) -> str:
    """“28 actions” or “4 of 28 actions”."""
    if shown == total:
        return ngettext("%(total)d action", "%(total)d actions", total) % {"total": total}
    return _("%(shown)d of %(total)d actions") % {"shown": shown, "total": total}


def csv_rows(actions: QuerySet[Action]) -> Iterator[tuple]:
    """One row an action, in the order of the page; rating as shown and as the lead gave it."""
    rows = actions.select_related("plan", "ambition", "lead_organisation", "directorate")
    for a in rows.defer(None).order_by("ambition__number", "number").iterator(chunk_size=500):
        yield (
            *(
                a.plan.title,
                a.ambition.number,
                a.ambition.title,
                a.number,
                a.title,
                a.description,
                a.lead_post,
            ),
            a.lead_organisation.name if a.lead_organisation else "",
            a.directorate.name if a.directorate else "",
            *(a.timeframe, a.due_on, a.get_resources_display(), a.resources_note, a.get_status_display()),
            *(Rag(a.shown_rag).label, Rag(a.rag).label, a.rated_on, a.progress, a.updated_at, a.completed_at),
        )
