"""Names as people write them: registers shout, and put spaces where none belong."""

import re

from vcse_portal.search.registry import fold

SMALL = {
    "a",
    "an",
    "and",
    "at",
    "by",
    "de",
    "for",
    "from",
    "in",
    "of",
    "on",
    "or",
    "the",
    "to",
    "upon",
    "with",
}
INITIALS = {
    "ABC",
    "AFC",
    "AIDS",
    "BAME",
    "BME",
    "CIC",
    "CIO",
    "DIY",
    "FC",
    "GB",
    "HIV",
    "HQ",
    "IT",
    "LGBT",
    "LTD",
    "MS",
    "NHS",
    "NSPCC",
    "PCC",
    "PFA",
    "PSA",
    "PTA",
    "PTFA",
    "RAF",
    "RC",
    "RFC",
    "RNIB",
    "RSPB",
    "RSPCA",
    "RVS",
    "SEN",
    "SOS",
    "TS",
    "UK",
    "USA",
    "WI",
    "YMCA",
    "YWCA",
    "II",
    "III",
    "IV",
    "VI",
    "VII",
    "ICH",
}


def readable(name: str) -> str:
    """A shouted name in ordinary capitals; any other name only loses its surplus spaces."""
    name = re.sub(r"\s+", " ", name).strip()
    name = re.sub(r"\(\s+", "(", re.sub(r"\s+\)", ")", name))
    if name != name.upper() or not re.search(r"[A-Z]{4}", name):
        return name
    words = name.split(" ")
    return " ".join(_word(w, is_first=i == 0) for i, w in enumerate(words))


def _word(word: str, *, is_first: bool) -> str:
    return "".join(_part(p, is_first) for p in re.split(r"([-/(.&])", word))


def _part(part: str, is_first: bool) -> str:
    letters = re.sub(r"[^A-Z]", "", part)
    if not letters or part.rstrip(",") in INITIALS and part.rstrip(",") != "LTD":
        return part
    if re.fullmatch(r"\d+(ST|ND|RD|TH)", part):
        return part.lower()
    if any(c.isdigit() for c in part) or (
        len(letters) > 1 and not re.search("[AEIOUY]", letters) and letters != "ST"
    ):
        return part if letters not in {"LTD", "ST", "MR", "MRS", "DR"} else part.capitalize()
    if part.lower() in SMALL and not is_first:
        return part.lower()
    return part[:1] + part[1:].lower()


def plain(name: str) -> str:
    """A name as two registers may both write it: folded, without punctuation, "the" and the words for a company."""
    words = re.findall(r"[a-z0-9]+", fold(name).replace("&", " and ").replace("'", "").replace("’", ""))
    return " ".join(word for word in words if word not in {"the", "ltd", "limited", "cic", "cio"})
