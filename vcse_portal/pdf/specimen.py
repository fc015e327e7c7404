"""A made-up report that uses every part of the furniture.

For the tests, the benchmark, and whoever designs the next paper; nothing in it is real.
"""

from dataclasses import dataclass
from datetime import date

from .charts import Chart, Series, Table, columns, lines, stacked_bars
from .marks import rag

TITLE = "Voluntary sector action plan: yearly monitoring report"
AMBITIONS = (
    "Groups that are strong, well run and well connected",
    "Fair and lasting money for what communities need",
    "Decisions made together, with every community heard",
)
RATINGS = (
    ("green", "On track"),
    ("amber", "At risk"),
    ("red", "Late"),
    ("complete", "Complete"),
    ("none", "Not started"),
)
LEADS = (
    "Head of Partnerships",
    "Head of Commissioning",
    "Head of Property",
    "Forum chair",
    "Director of Public Health",
)
MEMBERS_WORDS = (
    'We met <b>12</b> times & asked: "who is missing?" **Nobody** answered <script>alert(1)</script>.'
)


@dataclass(frozen=True)
class SpecimenCouncil:
    name: str = "Ashdown Borough Council"
    brand_colour: str = "#0f5a4a"
    logo: bytes | None = None


def specimen(chapters: int = 3, rows: int = 34) -> dict:
    """Context for `pdf/specimen.html`: a front sheet, and chapters with a chart and a table of `rows` each."""
    return {
        "council": SpecimenCouncil(),
        "front_sheet": [
            ("Report for", "Cabinet"),
            ("Date of meeting", "3 December 2026"),
            ("Subject", TITLE),
            ("Key decision", "No"),
            ("Responsible officer", "Director of Communities"),
            ("Portfolio holder", "Councillor for Communities and Culture"),
            ("Exempt", "No"),
            ("Subject to call-in", "Yes, except where the decision is to note"),
            ("Wards affected", "All"),
            ("Enclosures", ["Appendix 1: all actions", "Appendix 2: indicators"]),
        ],
        "overview": overview(),
        "members_words": MEMBERS_WORDS,
        "chapters": [_chapter(number, rows) for number in range(1, chapters + 1)],
    }


def overview() -> Chart:
    return stacked_bars(
        "Actions by ambition and rating",
        AMBITIONS,
        [
            Series("On track", (7, 5, 6), "green"),
            Series("At risk", (2, 3, 1), "amber"),
            Series("Late", (1, 0, 2), "red"),
            Series("Complete", (0, 1, 0), "complete"),
        ],
        first="Ambition",
        unit="actions",
        source="Leads’ updates in the portal",
        as_at=date(2026, 9, 30),
    )


def _chapter(number: int, rows: int) -> dict:
    return {
        "heading": f"{AMBITIONS[number % 3]} ({number})",
        "chart": _chart(number),
        "table": Table(
            ("Action", "Lead", "Rating", "Due", "Spent (£)"),
            [_row(number, i) for i in range(1, rows + 1)],
            f"Actions in chapter {number}",
            numeric=frozenset({4}),
        ),
    }


def _chart(number: int) -> Chart:
    years = [str(2016 + i) for i in range(11)]
    kinds = ("Small groups", "Charities", "Companies")
    if number % 2:
        series = [
            Series(kind, [10 + (number * 7 + i * 3 + k * 5) % 40 for i in range(11)])
            for k, kind in enumerate(kinds)
        ]
        return lines(f"Organisations answering the survey ({number})", years, series, first="Year")
    series = [
        Series(kind, [20 + (number * 5 + i * 11 + k * 9) % 70 for i in range(4)])
        for k, kind in enumerate(kinds)
    ]
    return columns(
        f"Spaces booked ({number})", ["Spring", "Summer", "Autumn", "Winter"], series, first="Season"
    )


def _row(number: int, i: int) -> tuple:
    tone, word = RATINGS[(number + i) % len(RATINGS)]
    return (
        f"{number}.{i} Agree with groups in each ward what help they need to meet, bid and grow",
        LEADS[i % len(LEADS)],
        rag(tone, word),
        date(2027, (3, 6, 9)[i % 3], 1 + i % 28),
        f"{(i * 1375) % 40000:,}",
    )
