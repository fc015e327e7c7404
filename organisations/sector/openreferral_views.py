"""Open Referral UK for machines: public, read-only, in pages; what is asked wrongly is answered in JSON."""

import hashlib
import json
import re
from collections.abc import Callable, Sequence
from functools import wraps
from uuid import UUID

from django.db.models import Count, Max
from django.http import HttpResponse
from django.utils.http import http_date
from django.views.decorators.http import require_safe

from vcse_portal.accounts.access import public

from . import openreferral
from .openapi import LARGEST_PAGE, LONGEST_PAGE, USUAL_PAGE, description

WHOLE_NUMBER = re.compile(r"[0-9]{1,9}", re.ASCII)


class BadParameter(Exception):
    """A parameter nobody can make sense of; the message says what it should be."""


def api(view: Callable) -> Callable:
    """A public address that answers any GET in JSON, is read from anywhere, and knows when nothing has changed."""

    @public
    @require_safe
    @wraps(view)
    def answer(request, *args, **kwargs):
        try:
            found = view(request, *args, **kwargs)
        except BadParameter as wrong:
            return _json({"error": str(wrong)}, status=400)
        if found is None:
            return _json({"error": "There is nothing with this id."}, status=404)
        body, changed_at = found if isinstance(found, tuple) else (found, None)
        return _unless_known(request, _json(body), changed_at)

    return answer


def _json(body: dict | list, status: int = 200) -> HttpResponse:
    text = json.dumps(body, ensure_ascii=False, separators=(",", ":"))
    response = HttpResponse(text, content_type="application/json", status=status)
    response["Access-Control-Allow-Origin"] = "*"
    response["Cache-Control"] = "no-cache"  # ask each time: what is withdrawn is gone at once
    return response


def _unless_known(request, response: HttpResponse, changed_at) -> HttpResponse:
    """304 to who has these very bytes. The date is told, but not gone by: the tag alone is never wrong."""
    tag = f'"{hashlib.blake2b(response.content, digest_size=16).hexdigest()}"'
    known = [one.strip().removeprefix("W/") for one in request.headers.get("If-None-Match", "").split(",")]
    if tag in known or known == ["*"]:
        response = HttpResponse(status=304, headers={"Access-Control-Allow-Origin": "*"})
        del response["Content-Type"]
    response["ETag"] = tag
    if changed_at:
        response["Last-Modified"] = http_date(changed_at.timestamp())
    return response


def number(request, *names: str, usual: int, largest: int) -> int:
    """A whole number from 1, by the first of its names that is given. Raises BadParameter."""
    given = [(name, text) for name in names for text in request.GET.getlist(name)]
    for name, text in given:
        if not WHOLE_NUMBER.fullmatch(text) or not 1 <= int(text) <= largest:
            raise BadParameter(f"{name} must be a whole number from 1 to {largest}.")
    return int(given[0][1]) if given else usual


def page_of(request, total: int, contents_of: Callable[[int, int], Sequence[dict]]) -> dict:
    """A page as the profile has it; `contents_of` is asked for a slice. A page past the last one is empty."""
    page = number(request, "page", usual=1, largest=LARGEST_PAGE)
    size = number(request, "per_page", "perPage", usual=USUAL_PAGE, largest=LONGEST_PAGE)
    pages = -(-total // size)
    start = (page - 1) * size
    contents = list(contents_of(start, start + size)) if start < total else []
    return {
        "total_items": total,
        "total_pages": pages,
        "page_number": page,
        "size": len(contents),
        "first_page": page == 1,
        "last_page": page >= pages,
        "empty": not contents,
        "contents": contents,
    }


def _of_list(request, things: list[dict]) -> dict:
    return page_of(request, len(things), lambda start, end: things[start:end])


def _by_id(things: list[dict], wanted: str) -> dict | None:
    return next((one for one in things if one["id"] == wanted.lower()), None)


@api
def about(request):
    return {
        "version": openreferral.VERSION,
        "profile": openreferral.PROFILE,
        "openapi_url": openreferral.api_address("oruk_openapi"),
    }


@api
def openapi(request):
    return description()


@api
def organizations(request):
    found = openreferral.published().order_by("pk")
    whole = found.aggregate(total=Count("pk"), newest=Max("updated_at"))
    page = page_of(request, whole["total"], lambda start, end: openreferral.listed(found[start:end]))
    return page, whole["newest"]


@api
def organization(request, wanted: str):
    try:
        found = openreferral.published().filter(key=UUID(wanted))
    except ValueError:
        return None
    one = openreferral.whole(found)
    return (one[0], found.get().updated_at) if one else None


@api
def taxonomies(request):
    return _of_list(request, openreferral.taxonomies())


@api
def taxonomy(request, wanted: str):
    return _by_id(openreferral.taxonomies(), wanted)


@api
def taxonomy_terms(request):
    return _of_list(request, openreferral.taxonomy_terms())


@api
def taxonomy_term(request, wanted: str):
    return _by_id(openreferral.taxonomy_terms(), wanted)


@api
def nothing_held(request):
    """Services and their places: an honest empty page."""
    return _of_list(request, [])


@api
def none_of_these(request, wanted: str):
    return None
