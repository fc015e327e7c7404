"""Numbers in other registers: how each scheme writes them, and the page where anyone can check one.

Source: org-id.guide list codes; Charity Commission and Companies House number formats.
"""

import re

from django.core.exceptions import ValidationError

from .models import Identifier

Scheme = Identifier.Scheme

CHARITY = re.compile(r"^(\d{6,7})(?:-(\d{1,4}))?$")
COMPANY = re.compile(r"^(\d{8}|[A-Z]{2}\d{6}|[A-Z]{2}\d{5}[A-Z])$")
PATTERNS = {
    Scheme.SCOTLAND: (re.compile(r"^SC\d{6}$"), "SC and six digits, such as SC009481"),
    Scheme.NORTHERN_IRELAND: (re.compile(r"^\d{6}$"), "six digits, such as 100002"),
    Scheme.MUTUAL: (re.compile(r"^[A-Z0-9]{3,10}$"), "letters and digits, such as IP28755R"),
    Scheme.HMRC: (re.compile(r"^[A-Z]{1,2}\d{4,6}$"), "one or two letters and up to six digits"),
    Scheme.EDUCATION: (re.compile(r"^\d{6}$"), "six digits"),
    Scheme.AUTHORITY: (re.compile(r"^[A-Z]{3,4}$"), "three or four letters, such as HRW"),
}
PAGES = {
    Scheme.CHARITY: "https://register-of-charities.charitycommission.gov.uk/charity-search/-/charity-details/{}",
    Scheme.COMPANY: "https://find-and-update.company-information.service.gov.uk/company/{}",
    Scheme.SCOTLAND: "https://www.oscr.org.uk/about-charities/search-the-register/charity-details?number={}",
}


def normalise(scheme: str, text: str) -> str:
    """The number as its register writes it; raises ValidationError with what it should look like."""
    plain = re.sub(r"\.0$", "", text.strip().upper())  # spreadsheets make 2324869.0 of a number
    if scheme == Scheme.CHARITY:
        return _charity(plain)
    if scheme == Scheme.COMPANY:
        return _company(plain)
    compact = re.sub(r"[\s/.-]", "", plain)
    if scheme in PATTERNS:
        pattern, words = PATTERNS[scheme]
        if not pattern.match(compact):
            raise ValidationError(f"“{text}” is not a number of this kind: it should be {words}.")
        return compact
    if not plain or len(plain) > 40:
        raise ValidationError("Enter a number of at most 40 characters.")
    return plain


def _charity(plain: str) -> str:
    digits = re.sub(r"[^\d-]", "", re.sub(r"^[^\d]*", "", plain))
    found = CHARITY.match(digits)
    if not found:
        raise ValidationError(f"“{plain}” is not a charity number: it should be six or seven digits.")
    number, linked = found.groups()
    return f"{number}-{int(linked)}" if linked and int(linked) else number


def _company(plain: str) -> str:
    compact = re.sub(r"[\s.-]", "", plain)
    if compact.isdigit() and 5 <= len(compact) < 8:
        compact = compact.zfill(8)
    if not COMPANY.match(compact):
        raise ValidationError(
            f"“{plain}” is not a company number: it should be eight characters, such as 02534145 or SC123456."
        )
    return compact


def register_page(identifier: Identifier) -> str:
    """Where the register shows this number; empty when it has no such page."""
    return PAGES.get(identifier.scheme, "").format(identifier.number.split("-")[0])
