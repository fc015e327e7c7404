"""Figures of a plan for pages and papers: one set of plain values, taken once, from which all is shown.

`figures` reads the plan as it stands; a report keeps what it returned, sealed, and everything a report shows
is made from that, never from the rows again.
"""

import json
from collections import Counter
from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from hashlib import sha256

from django.db.models import Prefetch
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.html import format_html, strip_tags
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from vcse_portal.pdf.charts import Chart, Series, Table, number, stacked_bars
from vcse_portal.pdf.marks import rag as rag_mark
from vcse_portal.ui.markdown import to_html

from .models import Action, Indicator, Plan, Rag, Update

FORM = 1  # of the frozen values; a new shape gets a new number


def figures(plan: Plan, *, period_from: date, period_to: date, today: date) -> dict:
    """A plan as it stands today: ambitions, actions with rating and latest update, counts. JSON values only.

    Updates posted in the period are counted; the latest update is the last one posted at all. Six queries.
    """
    latest = Update.objects.order_by("action_id", "-posted_at", "-pk").distinct("action_id")
    actions = plan.actions.select_related("lead_organisation").prefetch_related(
        Prefetch("updates", latest.select_related("author", "organisation"), to_attr="newest")
    )
    by_ambition: dict[int, list[dict]] = {}
    for action in actions.order_by("number"):
        by_ambition.setdefault(action.ambition_id, []).append(_action(action, today))
    posted = Update.objects.filter(action__plan=plan, posted_at__date__range=(period_from, period_to)).count()
    found = {
        "form": FORM,
        "plan": {"title": plan.title, "code": plan.code, "summary": plan.summary},
        "as_at": today.isoformat(),
        "period": [period_from.isoformat(), period_to.isoformat()],
        "ambitions": [
            {
                "number": ambition.number,
                "title": ambition.title,
                "description": ambition.description,
                "actions": by_ambition.get(ambition.pk, []),
            }
            for ambition in plan.ambitions.order_by("number")
        ],
        "updates_in_period": posted,
        "indicators": [_indicator(i) for i in plan.indicators.prefetch_related("values")],
    }
    for ambition in found["ambitions"]:
        ambition["counts"] = _counts(ambition["actions"])
    found["counts"] = _counts([a for ambition in found["ambitions"] for a in ambition["actions"]])
    return found


def _action(action: Action, today: date) -> dict:
    rating = action.rating(today)
    newest = action.newest[0] if action.newest else None
    return {
        "number": action.number,
        "title": action.title,
        "lead": action.lead_post,
        "lead_organisation": action.lead_organisation.name if action.lead_organisation else "",
        "timeframe": action.timeframe,
        "due_on": _iso(action.due_on),
        "resources": action.get_resources_display() if action.resources else "",
        "status": action.status,
        "status_words": action.get_status_display(),
        "progress": action.progress,
        "rag": str(rating.code),
        "reason": rating.reason,
        "is_overdue": action.is_overdue(today),
        "update": newest and _update(newest),
    }


def _update(update: Update) -> dict:
    who = update.organisation.name if update.organisation else update.author and update.author.post
    return {"on": timezone.localdate(update.posted_at).isoformat(), "by": who or "", "text": update.text}


def _indicator(indicator: Indicator) -> dict:
    values = list(indicator.values.all())
    return {
        "name": indicator.name,
        "unit": indicator.unit,
        "target": None if indicator.target is None else str(indicator.target),
        "values": [
            {"on": v.measured_on.isoformat(), "value": str(v.value), "source": v.source} for v in values
        ],
    }


def _counts(actions: list[dict]) -> dict[str, int]:
    found = Counter(action["rag"] for action in actions)
    overdue = sum(action["is_overdue"] for action in actions)
    return {**{str(code): found[code] for code in Rag.values}, "overdue": overdue, "total": len(actions)}


def _iso(day: date | None) -> str | None:
    return day.isoformat() if day else None


def seal(found: dict) -> str:
    """SHA-256 of the figures in one agreed spelling, so that anyone can check they are still the frozen ones."""
    spelt = json.dumps(found, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return sha256(spelt.encode()).hexdigest()


# How the figures are shown --------------------------------------------------------------------------


def day(iso: str | None) -> str:
    """An ISO date of the figures as “3 December 2026”."""
    return date_format(date.fromisoformat(iso), "j F Y") if iso else ""


def summary(counts: dict[str, int]) -> str:
    """“Of 28 actions, 6 are red, 5 amber, 12 green, 3 complete and 2 not due. 4 are overdue.”"""
    total = counts["total"]
    if not total:
        return _("The plan has no actions yet.")
    named = [(code, counts[code]) for code in Rag.values if counts[code]]
    first, *others = [f"{number} {Rag(code).label.lower()}" for code, number in named]
    number, words = first.split(" ", 1)
    first = f"{number} {'is' if number == '1' else 'are'} {words}"
    parts = f"{', '.join([first, *others[:-1]])} and {others[-1]}" if others else first
    of = ngettext("Of %(total)d action, %(parts)s.", "Of %(total)d actions, %(parts)s.", total)
    return " ".join([of % {"total": total, "parts": parts}, _overdue(counts["overdue"])]).strip()


def _overdue(number: int) -> str:
    return (
        ngettext("%(number)d is overdue.", "%(number)d are overdue.", number) % {"number": number}
        if number
        else ""
    )


def rag_chart(found: dict) -> Chart:
    """How many actions of each ambition stand at each rating, as the page and the paper show it."""
    ambitions = found["ambitions"]
    return stacked_bars(
        _("Ratings of the actions, by ambition"),
        [_heading(ambition) for ambition in ambitions],
        [Series(str(code.label), [a["counts"][code] for a in ambitions], tone=str(code)) for code in Rag],
        first=_("Ambition"),
        unit=_("actions"),
        sentence=summary(found["counts"]),
        source=found["plan"]["title"],
        as_at=date.fromisoformat(found["as_at"]),
    )


def rag_table(found: dict) -> Table:
    """One row an ambition: the numbers of its actions at each rating, so that one glance finds the red ones."""
    header = [_("Ambition"), *(rag_mark(code, str(code.label)) for code in Rag), _("Overdue")]
    rows = [
        (
            _heading(ambition),
            *(_numbers(a for a in ambition["actions"] if a["rag"] == code) for code in Rag.values),
            _numbers(a for a in ambition["actions"] if a["is_overdue"]),
        )
        for ambition in found["ambitions"]
    ]
    return Table(header, rows, _("Numbers of the actions at each rating"))


def _numbers(actions: Iterable[dict]) -> str:
    return ", ".join(str(action["number"]) for action in actions) or "–"


def action_table(ambition: dict) -> Table:
    """An ambition's actions with lead, date, rating and the reason for it, and the latest update."""
    header = [_("Action"), _("Led by"), _("Due"), _("Rating"), _("Latest update")]
    rows = [
        (
            f"{a['number']}. {a['title']}",
            ", ".join(filter(None, [a["lead"], a["lead_organisation"]])),
            day(a["due_on"]) or a["timeframe"] or _("No date"),
            _standing(a),
            _latest(a),
        )
        for a in ambition["actions"]
    ]
    return Table(header, rows)


def labelled(table: Table) -> list[list[tuple[str, str]]]:
    """Rows of a table, each cell with the name of its column, as a phone shows them."""
    labels = [strip_tags(head) for head in table.header]
    return [list(zip(labels, row, strict=True)) for row in table.rows]


def _standing(action: dict) -> SafeString:
    """The rating and, where it says more, the status."""
    mark = rag_mark(action["rag"], str(Rag(action["rag"]).label))
    return mark if action["status"] == "complete" else format_html("{}<br>{}", mark, action["status_words"])


def _latest(action: dict) -> SafeString:
    late = format_html("<p>{}</p>", action["reason"]) if action["is_overdue"] else ""
    update = action["update"]
    if not update:
        return format_html("{}<p>{}</p>", late, _("No update has been posted."))
    said = ": ".join(filter(None, [day(update["on"]), update["by"]]))
    return format_html("{}<p>{}</p>{}", late, said, to_html(update["text"]))


def indicator_table(found: dict) -> Table | None:
    """Each indicator with its target and its two latest values; None where the plan has none."""
    if not found["indicators"]:
        return None
    header = [_("Indicator"), _("Unit"), _("Target"), _("Latest value"), _("The one before")]
    rows = [
        (i["name"], i["unit"] or "–", _plain(i["target"]), *_latest_values(i["values"]))
        for i in found["indicators"]
    ]
    return Table(header, rows, _("Indicators"), frozenset({2}))


def _latest_values(values: list[dict]) -> tuple[str, str]:
    shown = [f"{_plain(v['value'])} ({day(v['on'])})" for v in values[:2]]
    return tuple([*shown, "–", "–"][:2])


def _plain(value: str | None) -> str:
    return "–" if value is None else number(Decimal(value))


def _heading(ambition: dict) -> str:
    return f"{ambition['number']}. {ambition['title']}"
