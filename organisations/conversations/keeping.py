"""The list of relationships: who keeps each, when we last spoke, in a sentence and as rows of a download."""

from collections.abc import Iterator
from datetime import date

from django.conf import settings
from django.urls import reverse
from django.utils.formats import date_format

from vcse_portal.ui.words import count_of, date_in_words

from .quiet import due_on, kept_by, minded, spoken_since

HEADER = (
    "Organisation",
    "Relationship manager",
    "Last spoken with",
    "Quiet since",
    "Why it is listed",
    "Page",
)
FIELDS = (
    "pk",
    "name",
    "manager",
    "manager_name",
    "last_contact_on",
    "counted_from",
    "is_infrastructure",
    "is_anchor",
)


def narrow(asked: dict, today: date, months: int):
    """What was asked, those not spoken with for longest first."""
    rows = minded(today)
    if asked.get("quiet"):
        rows = rows.filter(counted_from__lte=spoken_since(today, months))
    if asked.get("kept"):
        rows = kept_by(None if asked["kept"] == "nobody" else int(asked["kept"]), rows, today)
    return rows.order_by("counted_from", "name_sort", "pk").values(*FIELDS)


def rows_of(found, today: date, months: int) -> list[dict]:
    """What the page shows; addresses are built once."""
    page = reverse("conversations:manager", args=[0])
    limit = spoken_since(today, months)
    return [
        {
            "href": page.replace("/0/", f"/{row['pk']}/"),
            "name": row["name"],
            "manager": row["manager_name"] or ("–" if row["manager"] else ""),
            "last": date_format(row["last_contact_on"]) if row["last_contact_on"] else "",
            "last_words": date_in_words(row["last_contact_on"], today),
            "is_quiet": row["counted_from"] <= limit,
        }
        for row in found
    ]


def sentence(count: int, asked: dict, months: int, kept: dict) -> str:
    """“12 organisations not spoken with for 6 months, kept by Pat Example”."""
    said = count_of(count, "organisation").capitalize()
    if asked.get("quiet"):
        said += f" not spoken with for {count_of(months, 'month')}"
    if asked.get("kept"):
        said += ", kept by nobody yet" if asked["kept"] == "nobody" else f", kept by {kept[asked['kept']]}"
    return said


def csv_rows(rows, today: date, months: int) -> Iterator[tuple]:
    page = reverse("organisations:organisation", args=[0])
    limit = spoken_since(today, months)
    for row in rows.iterator(chunk_size=500):
        yield (
            row["name"],
            row["manager_name"],
            row["last_contact_on"] or "never",
            due_on(row["counted_from"], months) if row["counted_from"] <= limit else "",
            _why(row),
            settings.BASE_URL + page.replace("/0/", f"/{row['pk']}/"),
        )


def _why(row: dict) -> str:
    reasons = {
        "relationship manager": row["manager"],
        "infrastructure body": row["is_infrastructure"],
        "community anchor": row["is_anchor"],
    }
    return "; ".join(why for why, is_so in reasons.items() if is_so) or "seat in a forum"


def handed_over_words(done, officer) -> str:
    parts = [
        count_of(len(done.organisations), "relationship") if done.organisations else "",
        count_of(done.follow_ups, "follow-up") if done.follow_ups else "",
    ]
    return f"Handed over to {officer}: {' and '.join(filter(None, parts))}. They have an email with the list."
