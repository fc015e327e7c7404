"""The Transparency Code's own words for what we keep as codes, read whatever their case, written as the Code has them.

Source: Local Government Transparency Code 2015, land and building assets.
"""

from .models import HoldingType, TenureDetail, TenureType

TENURE_TYPES = {"Freehold": TenureType.FREEHOLD, "Leasehold": TenureType.LEASEHOLD}
TENURE_DETAILS = {
    "Owner Occupied": TenureDetail.OWNER_OCCUPIED,
    "Leasehold Out": TenureDetail.LEASEHOLD_OUT,
    "Leasehold In": TenureDetail.LEASEHOLD_IN,
    "Vacant": TenureDetail.VACANT,
    "Other": TenureDetail.OTHER,
}
HOLDING_TYPES = {
    "Land": HoldingType.LAND,
    "Buildings": HoldingType.BUILDINGS,
    "Land/Buildings": HoldingType.BOTH,
}


def code_of(words: dict, text: str):
    """The code of a word, its case, spaces and strokes read over; None when it is not one of them."""
    return {_plain(word): str(code) for word, code in words.items()}.get(_plain(text))


def word_of(words: dict, code: str) -> str:
    """The Code's word for what we keep; "" for nothing."""
    return {str(c): word for word, c in words.items()}.get(code, "")


def _plain(text: str) -> str:
    return "".join(c for c in text.casefold() if c.isalnum())
