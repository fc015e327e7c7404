"""Postcodes: one way of writing them, what was probably meant, and which ward they lie in."""

import re
from collections.abc import Iterable
from functools import lru_cache
from uuid import uuid4

from django.core.cache import cache
from django.db import transaction
from shapely import STRtree
from shapely.geometry import Point, shape

from .models import Postcode, Ward

OUTWARD = r"[A-Z]{1,2}[0-9][A-Z0-9]?"
WHOLE = re.compile(rf"^(?:{OUTWARD}[0-9][ABD-HJLNP-UW-Z]{{2}}|GIR0AA)$")
PARTIAL = re.compile(rf"^{OUTWARD}$")
DIGIT_FOR = str.maketrans("OIL", "011")
LETTER_FOR = str.maketrans("01", "OI")
STAMP = "borough.wards.stamp"


def normalise_postcode(text: str) -> str:
    """ "wa15-0hf" → "WA15 0HF"; "" when it cannot be a whole postcode. Says nothing of whether it exists."""
    plain = _plain(text)
    return f"{plain[:-3]} {plain[-3:]}" if WHOLE.match(plain) else ""


def partial_postcode(text: str) -> str:
    """The outward half alone, as land lists hold it: "m33" → "M33"; "" when it is not one."""
    plain = _plain(text)
    return plain if PARTIAL.match(plain) else ""


def suggest_postcode(text: str) -> str:
    """What was probably meant where O and 0, or I and 1, were confused: "WA15 OHF" → "WA15 0HF"; "" if nothing is."""
    plain = _plain(text)
    if WHOLE.match(plain) or not 5 <= len(plain) <= 7:
        return ""
    outward, inward = plain[:-3], plain[-3].translate(DIGIT_FOR) + plain[-2:]
    candidates = [outward] + [
        outward[:letters].translate(LETTER_FOR) + outward[letters:].translate(DIGIT_FOR) for letters in (1, 2)
    ]
    fitting = [one for one in candidates if WHOLE.match(one + inward)]
    if not fitting:
        return ""
    nearest = min(fitting, key=lambda one: sum(a != b for a, b in zip(one, outward, strict=True)))
    return f"{nearest} {inward}"


def wards_of(postcodes: Iterable[str]) -> dict[str, Ward]:
    """{postcode as given: its ward} for those that are known to lie in one. One query."""
    plain = {given: _plain(given) for given in postcodes}
    found = {
        one.code: one.ward
        for one in Postcode.objects.filter(code__in=set(plain.values()), ward__isnull=False)
        .select_related("ward")
        .defer("ward__boundary")
    }
    return {given: found[code] for given, code in plain.items() if code in found}


def ward_of(postcode: str) -> Ward | None:
    """The ward a postcode lies in, by the loaded list; where the list has no ward, by its position."""
    one = (
        Postcode.objects.filter(code=_plain(postcode)).select_related("ward").defer("ward__boundary").first()
    )
    if one is None:
        return None
    if one.ward is None and one.latitude is not None and one.longitude is not None:
        return ward_at(one.latitude, one.longitude)
    return one.ward


def ward_at(latitude: float, longitude: float) -> Ward | None:
    """The current ward in whose boundary a point lies (degrees, WGS84)."""
    stamp = cache.get(STAMP)
    if stamp is None:
        stamp = str(uuid4())
        cache.set(STAMP, stamp, None)
    wards, areas = _areas(stamp)
    found = areas.query(Point(longitude, latitude), predicate="intersects")
    return wards[min(found)] if len(found) else None


@lru_cache(maxsize=1)
def _areas(_stamp: str) -> tuple[list[Ward], STRtree]:
    wards = list(Ward.objects.current().exclude(boundary=None).order_by("pk"))
    areas = STRtree([shape(ward.boundary) for ward in wards])
    for ward in wards:
        ward.boundary = None  # the tree holds it
    return wards, areas


def forget_wards() -> None:
    """Have the boundaries read afresh by every process: now, and once what was written is committed."""
    cache.set(STAMP, str(uuid4()), None)
    transaction.on_commit(lambda: cache.set(STAMP, str(uuid4()), None))


def _plain(text: str) -> str:
    return re.sub(r"[^A-Z0-9]", "", str(text).upper())
