"""Which charities are the borough's: by where they say they work, and by where they are registered.

The extract names areas, without any code; those that work throughout England run to twenty thousand, so they
come only when asked for.
"""

import difflib
import re
from collections.abc import Iterable
from dataclasses import dataclass

from vcse_portal.borough.models import Postcode
from vcse_portal.borough.postcodes import normalise_postcode, suggest_postcode
from vcse_portal.imports import Refused
from vcse_portal.search.registry import fold

AREA, POSTCODE, EITHER = "area", "postcode", "either"
FILLING = {
    "of",
    "the",
    "and",
    "city",
    "london",
    "royal",
    "borough",
    "metropolitan",
    "district",
    "council",
    "county",
}
COLUMNS = (
    "organisation_number",
    "geographic_area_type",
    "geographic_area_description",
    "parent_geographic_area_description",
    "welsh_ind",
)
HIGHEST = 99_999_999


class Numbers:
    """A set of the Commission's row numbers, one bit each: it does not grow with how many there are."""

    def __init__(self):
        self._bits = bytearray()

    def add(self, number: int) -> None:
        place = number >> 3
        if place >= len(self._bits):
            self._bits.extend(bytes(place + 1 - len(self._bits)))
        self._bits[place] |= 1 << (number & 7)

    def __contains__(self, number: int) -> bool:
        place = number >> 3
        return place < len(self._bits) and bool(self._bits[place] >> (number & 7) & 1)


def organisation_number(text: str) -> int:
    if not (text.isascii() and text.isdigit()) or int(text[:9]) > HIGHEST:
        raise Refused(f"“{text[:20]}” is not one of the Commission's row numbers. Nothing was imported.")
    return int(text)


def area_words(name: str) -> frozenset[str]:
    """An authority's name however it is put: "Manchester City" and "City of Manchester" are the same."""
    words = frozenset(re.findall(r"[a-z]+", fold(name)))
    return words - FILLING or words


@dataclass
class Borough:
    """The borough a run asks for. `works_in` first, then `is_ours` of each charity."""

    area: str = ""
    within: str = EITHER
    throughout: bool = False

    def __post_init__(self):
        self._working = Numbers()
        self._postcodes: set[str] = set()
        if self.within != AREA:
            held = Postcode.objects.filter(ward__isnull=False).values_list("code", flat=True)
            self._postcodes = set(held.iterator(chunk_size=20_000))
            if self.within == POSTCODE and not self._postcodes:
                raise Refused(
                    "We hold no postcodes of the borough yet. Load them, or choose by area of operation."
                )

    @property
    def needs_areas(self) -> bool:
        return self.within != POSTCODE

    @property
    def has_no_postcodes(self) -> bool:
        return self.within == EITHER and not self._postcodes

    def works_in(self, rows: Iterable[tuple[str, ...]]) -> None:
        """Remember who works in the area. Raises Refused, with names that are like it, when nobody does."""
        wanted, near, is_london, is_wales, is_found = area_words(self.area), set(), False, False, False
        regions = {name: Numbers() for name in ("england", "england and wales", "london", "wales")}
        for number, kind, name, parent, welsh in rows:
            if kind == "Local Authority":
                near.add(name)
                if area_words(name) == wanted:
                    is_found = True
                    self._working.add(organisation_number(number))
                    is_london |= parent == "Greater London"
                    is_wales |= welsh == "True"
            elif self.throughout and (region := regions.get(name.lower().removeprefix("throughout "))):
                region.add(organisation_number(number))
        if not is_found and self.within == AREA:
            raise Refused(self._nobody(near))
        self.is_found = is_found
        names = ["england and wales", "wales" if is_wales else "england", *(["london"] if is_london else [])]
        self._regions = [regions[name] for name in names] if self.throughout else []

    def _nobody(self, near: set[str]) -> str:
        like = difflib.get_close_matches(self.area, sorted(near), n=3, cutoff=0.5)
        hint = f" Did you mean {' or '.join(like)}?" if like else ""
        return f"No charity in the file works in “{self.area}”.{hint}"

    def is_ours(self, number: int, postcode: str) -> bool:
        if self.needs_areas and (number in self._working or any(number in one for one in self._regions)):
            return True
        if not self._postcodes or not postcode:
            return False
        code = normalise_postcode(postcode) or suggest_postcode(postcode)
        return code.replace(" ", "") in self._postcodes
