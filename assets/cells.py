"""Reading the cells of a land and buildings file: each reader gives what we keep, and says what it read differently.

Every function takes the text and the row's list of reasons, and adds a sentence where it left something out.
"""

import re
from datetime import date, datetime
from decimal import Decimal, InvalidOperation

from vcse_portal.borough.postcodes import normalise_postcode, partial_postcode, suggest_postcode

from .words import code_of

GREAT_BRITAIN = (Decimal(49), Decimal(61), Decimal(-9), Decimal(2))  # latitude from, to; longitude from, to
DAYS = ("%Y-%m-%d", "%d/%m/%Y")


def words(text: str, most: int, what: str, reasons: list[str]) -> str:
    text = " ".join(text.split())
    if len(text) > most:
        reasons.append(f"{what} is longer than {most} characters; the end was left out.")
    return text[:most].rstrip()


def coded(meanings: dict, text: str, what: str, reasons: list[str]) -> str:
    """The code of one of the standard's words, whatever its case."""
    code = code_of(meanings, text) if text else ""
    if code is None:
        reasons.append(f"“{text[:60]}” is not a {what} we know ({', '.join(meanings)}); it was left out.")
    return code or ""


def uprn(text: str, reasons: list[str]) -> str:
    plain = re.sub(r"\.0+$", "", text.replace(" ", "")).lstrip("0")  # spreadsheets make 100012797623.0 of it
    if plain and not re.fullmatch(r"[0-9]{1,12}", plain):
        reasons.append(f"“{text[:40]}” is not a UPRN, a number of up to twelve digits; it was left out.")
        return ""
    return plain


def postcode(text: str, reasons: list[str]) -> str:
    """Whole, or its first half alone; "M32 OXZ" is read as M32 0XZ, and "WA14 1" as WA14."""
    if not text:
        return ""
    if found := normalise_postcode(text) or partial_postcode(text):
        return found
    found = suggest_postcode(text) or partial_postcode(text.split()[0])
    said = f"was read as {found}" if found else "is not a postcode; it was left out"
    reasons.append(f"The postcode {text[:20]} {said}.")
    return found


def number(text: str, places: int, what: str, reasons: list[str]) -> Decimal | None:
    """A size that is not negative, rounded to `places`."""
    amount = _decimal(text.replace(",", ""), places)
    if text and (amount is None or not 0 <= amount < Decimal(10) ** (10 - places)):
        reasons.append(f"“{text[:40]}” is not a {what}; it was left out.")
        return None
    return amount


def position(system: str, x: str, y: str, reasons: list[str]) -> tuple[Decimal | None, Decimal | None]:
    """(latitude, longitude) in degrees of WGS84, to a tenth of a metre."""
    if not x and not y:
        return None, None
    latitude, longitude = _decimal(y, 6), _decimal(x, 6)
    if system and "".join(system.upper().split()) not in ("WGS84", "EPSG:4326"):
        reasons.append(
            f"Positions in {system[:20]} cannot be read, only in WGS84; the position was left out."
        )
    elif latitude is None or longitude is None:
        reasons.append("GeoX and GeoY are not both numbers; the position was left out.")
    elif _is_here(latitude, longitude):
        return latitude, longitude
    elif _is_here(longitude, latitude):
        reasons.append("GeoX and GeoY stood the wrong way round; they were changed over.")
        return longitude, latitude
    else:
        reasons.append("The position is outside Great Britain; it was left out.")
    return None, None


def _is_here(latitude: Decimal, longitude: Decimal) -> bool:
    south, north, west, east = GREAT_BRITAIN
    return south <= latitude <= north and west <= longitude <= east


def day(text: str, what: str, reasons: list[str]) -> date | None:
    for form in DAYS if text else ():
        try:
            return datetime.strptime(text[:10], form).date()
        except ValueError:
            continue
    if text:
        reasons.append(f"“{text[:20]}” is not a date; {what} was left out.")
    return None


def energy_rating(text: str, reasons: list[str]) -> str:
    rating = text.upper()
    if rating and not re.fullmatch(r"[A-G]|A\+", rating):
        reasons.append(f"“{text[:20]}” is not an energy rating from A to G; it was left out.")
        return ""
    return rating


def _decimal(text: str, places: int) -> Decimal | None:
    try:
        amount = Decimal(text) if text and len(text) <= 40 else None
        is_number = amount is not None and amount.is_finite()
        return amount.quantize(Decimal(1).scaleb(-places)) if is_number else None
    except InvalidOperation:
        return None
