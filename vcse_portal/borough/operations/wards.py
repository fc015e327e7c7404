"""Wards from a boundary file."""

from dataclasses import dataclass
from datetime import date

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from shapely.geometry import shape

from vcse_portal import history

from .. import memory, postcodes
from ..boundaries import Boundary, read_boundaries
from ..models import Council, Ward

METRE = 0.00001  # degrees


@dataclass(frozen=True)
class WardsLoaded:
    """How many wards were new, changed, the same, and closed because the file no longer has them."""

    new: int
    changed: int
    unchanged: int
    closed: int

    def __str__(self):
        return f"{self.new} new, {self.changed} changed, {self.unchanged} unchanged, {self.closed} closed"


def load_wards(features: list[dict], *, by=None, on: date | None = None) -> WardsLoaded:
    """Take GeoJSON features as the wards of their authority; all or nothing.

    A ward of the same authority that the file no longer has is closed with the date `on` (today), never deleted:
    any boundary change gave it a new code, and the past still points at the old one. A file that names no
    authority closes only wards of an authority it shares a ward with.
    """
    boundaries = list(read_boundaries(features))
    if not boundaries:
        raise ValidationError("The file holds no wards.")
    with transaction.atomic(), history.deed("wards loaded", by=by):
        held = {ward.code: ward for ward in Ward.objects.select_for_update()}
        counts = {"new": 0, "changed": 0, "unchanged": 0}
        default = _authority_of_plain_file(boundaries, held)
        for boundary in boundaries:
            counts[_save(held.get(boundary.code), boundary, default, on)] += 1
        closed = _close_missing(boundaries, held, on or timezone.localdate())
    memory.forget()
    postcodes.forget_wards()
    return WardsLoaded(**counts, closed=closed)


def _authority_of_plain_file(boundaries: list[Boundary], held: dict[str, Ward]) -> str:
    known = {held[b.code].authority for b in boundaries if b.code in held} - {""}
    if len(known) == 1:
        return known.pop()
    return Council.objects.filter(pk=1).values_list("gss_code", flat=True).first() or ""


def _save(ward: Ward | None, boundary: Boundary, default: str, on: date | None) -> str:
    authority = boundary.authority or default
    if ward is None:
        Ward.objects.create(
            code=boundary.code,
            name=boundary.name,
            authority=authority,
            boundary=boundary.geometry,
            valid_from=on,
        )
        return "new"
    values = {
        "name": boundary.name,
        "authority": authority or ward.authority,
        "is_current": True,
        "valid_to": None,
    }
    if not _same_area(ward.boundary, boundary.geometry):
        values["boundary"] = boundary.geometry
    fields = [name for name, value in values.items() if getattr(ward, name) != value]
    if not fields:
        return "unchanged"
    for name in fields:
        setattr(ward, name, values[name])
    ward.save(update_fields=fields)
    return "changed"


def _same_area(held: dict | None, given: dict) -> bool:
    return held is not None and (
        held == given or shape(held).equals_exact(shape(given), METRE, normalize=True)
    )


def _close_missing(boundaries: list[Boundary], held: dict[str, Ward], on: date) -> int:
    listed = {boundary.code for boundary in boundaries}
    authorities = {b.authority for b in boundaries if b.authority}
    if not authorities:
        authorities = {held[code].authority for code in listed & set(held)}
    gone = [w for w in held.values() if w.is_current and w.code not in listed and w.authority in authorities]
    for ward in gone:
        ward.is_current, ward.valid_to = False, on
        ward.save(update_fields=["is_current", "valid_to"])
    return len(gone)
