"""Cells of other people's tables in our terms. What cannot be read is left out, with a sentence in `reasons`."""

import re
from datetime import date, datetime
from decimal import Decimal, InvalidOperation

from django.core.exceptions import ValidationError
from django.core.validators import EmailValidator, URLValidator

from vcse_portal.borough.postcodes import normalise_postcode, suggest_postcode

from ..identifiers import normalise
from ..models import Contact, Identifier, Organisation
from ..names import readable

LONGEST_CONTACT = Contact._meta.get_field("value").max_length
LONGEST_NUMBER = 2_147_483_647
DAYS = ("%Y-%m-%d", "%d/%m/%Y", "%d/%m/%y", "%d %B %Y", "%d %b %Y", "%d-%m-%Y", "%d.%m.%Y")
YES = {"yes", "y", "true", "1", "x", "✓"}
NO = {"no", "n", "false", "0"}
is_web_address = URLValidator(schemes=["http", "https"])
is_email = EmailValidator()


def name(text: str) -> str:
    if not text:
        raise ValidationError("The row has no name.")
    return readable(text)[:250]


def postcode(text: str, reasons: list[str]) -> str:
    if not text:
        return ""
    found = normalise_postcode(text)
    if not found and (found := suggest_postcode(text)):
        reasons.append(f"The postcode {text} was read as {found}.")
    if not found:
        reasons.append(f"{text[:40]} is not a postcode; it was left out.")
    return found or ""


def website(text: str, reasons: list[str]) -> str:
    if not text:
        return ""
    address = text if "://" in text else f"https://{text}"
    try:
        is_web_address(address)
    except ValidationError:
        reasons.append(f"{text[:100]} is not a web address; it was left out.")
        return ""
    if len(address) > 250:
        reasons.append("A web address of more than 250 characters was left out.")
        return ""
    return address


def day(text: str, what: str, reasons: list[str]) -> date | None:
    """A day as registers and spreadsheets write it; a time of day after it is passed over."""
    if not text:
        return None
    plain = re.sub(r"[T ]\d\d:\d\d.*$", "", text)
    for form in DAYS:
        try:
            return datetime.strptime(plain, form).date()  # noqa: DTZ007 - a day, no time
        except ValueError:
            continue
    reasons.append(f"{text[:40]} is not a date; {what} was left out.")
    return None


def money(text: str, reasons: list[str]) -> Decimal | None:
    if not text:
        return None
    try:
        amount = Decimal(re.sub(r"[£,\s]", "", text)).quantize(Decimal("0.01"))
    except InvalidOperation:
        amount = Decimal(-1)
    if not (amount.is_finite() and 0 <= amount < Decimal("1e12")):
        reasons.append(f"{text[:40]} is not an amount of money; it was left out.")
        return None
    return amount


def whole(text: str, what: str, reasons: list[str]) -> int | None:
    plain = re.sub(r"\.0+$", "", text.replace(",", "").strip())
    if not plain:
        return None
    if not (plain.isascii() and plain.isdigit()) or int(plain[:12]) > LONGEST_NUMBER:
        reasons.append(f"{text[:40]} is not a whole number; {what} was left out.")
        return None
    return int(plain)


def yes_or_no(text: str, what: str, reasons: list[str]) -> bool | None:
    plain = text.strip().casefold()
    if plain in YES | NO:
        return plain in YES
    if plain:
        reasons.append(f"{text[:40]} is neither yes nor no; {what} was left out.")
    return None


def number(scheme: str, text: str, reasons: list[str]) -> list[tuple[str, str]]:
    """[(scheme, number)], or [] when there is none or it cannot be one."""
    if not text:
        return []
    try:
        return [(str(scheme), normalise(scheme, text))]
    except ValidationError as error:
        reasons.append(f"{error.messages[0]} It was left out.")
        return []


def contact(channel: str, text: str, reasons: list[str]) -> list[tuple[str, str]]:
    """[(channel, value)], or [] when there is none or it is no way to reach anybody."""
    if not text:
        return []
    if len(text) > LONGEST_CONTACT:
        reasons.append(f"A contact of more than {LONGEST_CONTACT} characters was left out.")
        return []
    if channel == Contact.Channel.EMAIL:
        try:
            is_email(text)
        except ValidationError:
            reasons.append(f"{text[:100]} is not an email address; it was left out.")
            return []
    return [(str(channel), text)]


def company_number(text: str, reasons: list[str]) -> list[tuple[str, str]]:
    return number(Identifier.Scheme.COMPANY, text, reasons)


def structure(charity_type: str) -> str:
    """The legal structure that a type of charity has for certain."""
    found = {
        "cio": Organisation.Structure.CIO,
        "charitable company": Organisation.Structure.CLG,
        "trust": Organisation.Structure.TRUST,
    }
    return str(found.get(charity_type.casefold(), ""))
