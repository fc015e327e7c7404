"""One search box for everything."""

from django.shortcuts import render
from django.views.decorators.http import require_safe

from vcse_portal.accounts.access import public
from vcse_portal.ui.paging import with_query

from .find import Ask, Matches, by_rank, counts, understand
from .models import Audience, Entry
from .registry import sources

PAGE = 20


@public
@require_safe
def everything(request):
    q = request.GET.get("q", "").strip()[:200]
    kind = request.GET.get("kind", "")
    ask = Ask(audience=Audience.of(request.user), q=q, kind=kind if kind in sources else "")
    offset = _offset(request.GET.get("from", ""))
    matches = understand(ask) if q else Matches()
    found = by_rank(ask, matches, size=PAGE, offset=offset) if q else None
    return render(
        request,
        "search/everything.html",
        {
            "q": q,
            "kind": ask.kind,
            "kinds": [(s.kind, s.label) for s in sources.values()],
            "matches": matches,
            "count": counts(ask, matches, ()) if q else None,
            "entries": _in_order(ask.kind, found.ids) if found else [],
            "places": {
                "previous": _place(request, max(offset - PAGE, 0)) if offset else "",
                "next": _place(request, offset + PAGE) if found and found.has_next else "",
            },
        },
    )


def _place(request, offset: int) -> str:
    return with_query(request.GET, **{"from": offset})


def _offset(text: str) -> int:
    return min(int(text), 1480) if text.isdecimal() and len(text) < 6 else 0


def _in_order(kind: str, ids: list[int]) -> list[dict]:
    key, entries = ("object_id", Entry.objects.filter(kind=kind)) if kind else ("pk", Entry.objects.all())
    found = entries.filter(**{f"{key}__in": ids}).values(key, "kind", "title", "summary", "url")
    rows = {r[key]: {**r, "label": sources[r["kind"]].label} for r in found if r["kind"] in sources}
    return [rows[i] for i in ids if i in rows]
