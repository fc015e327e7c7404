"""The state of the sector as pages and papers show it: sentences, charts and tables made of kept figures.

Everything passes through `cells`, which leaves out small numbers; nothing is shown of the figures but by it.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from vcse_portal.borough import codes
from vcse_portal.pdf.charts import Chart, Series, Table, bars, columns, number, pounds

from ..bands import Band
from ..models import Organisation
from .suppression import hidden, is_small

NOT_SHOWN = gettext_lazy("not shown")
UNKNOWN = ""


@dataclass(frozen=True)
class Cell:
    """A line of a table: how many organisations, and their income together in pounds; None where not shown."""

    code: str
    label: str
    number: int | None
    income: Decimal | None


@dataclass(frozen=True)
class Dimension:
    """One way to divide the sector. `adds_up`: each organisation is in exactly one of its cells."""

    code: str
    heading: str
    title: str
    income_title: str
    first: str
    labels: Callable[[], dict[str, str]]
    most: str
    richest: str
    adds_up: bool = True


def dimensions() -> list[Dimension]:
    return [
        Dimension(
            "band",
            _("Yearly income"),
            _("Organisations by yearly income"),
            _("Income of organisations in each band"),
            _("Income band"),
            lambda: {str(code): str(label) for code, label in Band.choices},
            _("%(number)s of %(total)s organisations are in the band “%(top)s”, more than in any other."),
            _("Of the yearly income, most is had by organisations in the band “%(top)s”: %(income)s."),
        ),
        Dimension(
            "theme",
            _("What they do"),
            _("Organisations by what they do"),
            _("Income of organisations by what they do"),
            _("Theme"),
            lambda: codes.names("theme"),
            _(
                "More organisations work on “%(top)s” than on any other theme: %(number)s of %(total)s."
                " One that works on several counts under each."
            ),
            _(
                "Organisations that work on “%(top)s” have the largest income together: %(income)s."
                " One that works on several themes counts under each."
            ),
            adds_up=False,
        ),
        Dimension(
            "ward",
            _("Where they are based"),
            _("Organisations by ward"),
            _("Income of organisations by ward"),
            _("Ward"),
            _wards,
            _("More organisations are based in %(top)s than in any other ward: %(number)s of %(total)s."),
            _("Organisations based in %(top)s have the largest income together: %(income)s."),
        ),
        Dimension(
            "structure",
            _("Legal structure"),
            _("Organisations by legal structure"),
            _("Income of organisations by legal structure"),
            _("Legal structure"),
            lambda: {str(code): str(label) for code, label in Organisation.Structure.choices},
            _("The most common legal structure is “%(top)s”: %(number)s of %(total)s organisations."),
            _("By legal structure the largest income together is had by “%(top)s”: %(income)s."),
        ),
    ]


def _wards() -> dict[str, str]:
    names = codes.names("ward")
    return {**dict(sorted(names.items(), key=lambda ward: ward[1])), UNKNOWN: _("Not known, or elsewhere")}


def cells(figures: dict, dimension: Dimension) -> list[Cell]:
    """The lines of a dimension, small numbers left out, and what would give them away."""
    counted = figures[dimension.code]
    labels = dimension.labels()
    labels |= {code: code or _("Not known") for code in counted if code not in labels}
    lines = [(code, label, *counted.get(code, [0, 0, "0"])) for code, label in labels.items()]
    if not dimension.adds_up:  # what is of no kind is said under “what is missing”
        lines = [line for line in lines if line[0] != UNKNOWN]
    few = hidden([n for _c, _l, n, _k, _i in lines], adds_up=dimension.adds_up)
    has_income = [i for i, (code, *_rest) in enumerate(lines) if not (dimension.code == "band" and not code)]
    known = [lines[i][3] for i in has_income]
    poor = hidden(known, adds_up=dimension.adds_up, fixed=[i in few for i in has_income])
    untold = {has_income[i] for i in poor} | (set(range(len(lines))) - set(has_income))
    return [
        Cell(code, label, None if i in few else n, None if i in untold else Decimal(income))
        for i, (code, label, n, _known, income) in enumerate(lines)
    ]


# What is shown ------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class State:
    """All that a page or a paper shows of one day's figures."""

    as_at: date
    source: str
    headline: str
    charts: list[tuple[str, list[Chart]]]  # heading and its figures
    missing: Chart
    change: str
    changes: Chart | None
    rows: list[tuple]  # the same for a spreadsheet
    is_empty: bool


def state_of(figures: dict, earlier: dict | None, *, source: str, next_freeze: date) -> State:
    as_at = date.fromisoformat(figures["as_at"])
    made = [(dimension, found) for dimension in dimensions() if (found := cells(figures, dimension))]
    about = {"source": source, "as_at": as_at}
    return State(
        as_at=as_at,
        source=source,
        headline=_headline(figures, made),
        charts=[(d.heading, _charts(figures, d, found, about)) for d, found in made],
        missing=_missing(figures, made, about),
        change=_change(figures, earlier, next_freeze),
        changes=_changes(figures, earlier, about) if earlier else None,
        rows=[
            (d.first, c.code, c.label, _said(c.number), _said(c.income)) for d, found in made for c in found
        ],
        is_empty=not figures["total"],
    )


def _said(value) -> str:
    return str(NOT_SHOWN) if value is None else f"{value}"


def total_of(figures: dict) -> str:
    """How many organisations there are, in words when they are few."""
    if is_small(figures["total"]):
        return _("fewer than 5 organisations")
    return ngettext("%(n)s organisation", "%(n)s organisations", figures["total"]) % {
        "n": f"{figures['total']:,}"
    }


def _headline(figures: dict, made) -> str:
    said = _("There are %(total)s in the public directory.") % {"total": total_of(figures)}
    unknown = next(c for d, found in made if d.code == "band" for c in found if c.code == UNKNOWN)
    if is_small(figures["known_income"]):
        return said
    income = _("Those whose income is known have %(income)s a year together.") % {
        "income": _money(Decimal(figures["income"]))
    }
    without = (
        ngettext("Of %(n)s it is not known.", "Of %(n)s it is not known.", unknown.number)
        % {"n": f"{unknown.number:,}"}
        if unknown.number is not None
        else ""
    )
    return " ".join(filter(None, [said, income, without]))


def _money(amount) -> str:
    """£1,234, £5.6 million: to be read, not added up."""
    if amount >= 1_000_000:
        return _("£%(n)s million") % {"n": f"{amount / 1_000_000:,.1f}"}
    return pounds(round(amount))


def _charts(figures: dict, dimension: Dimension, found: list[Cell], about: dict) -> list[Chart]:
    """How many, and with what income; a cell that can have no income is no line of the second."""
    numbers = bars(
        dimension.title,
        [c.label for c in found],
        Series(_("Organisations"), [c.number for c in found]),
        first=dimension.first,
        sentence=_sentence(figures, dimension, found),
        missing=str(NOT_SHOWN),
        **about,
    )
    found = [c for c in found if not (dimension.code == "band" and c.code == UNKNOWN)]
    incomes = bars(
        dimension.income_title,
        [c.label for c in found],
        Series(_("Yearly income together"), [c.income and round(c.income) for c in found]),
        first=dimension.first,
        show=_money,
        sentence=_income_sentence(dimension, found),
        missing=str(NOT_SHOWN),
        **about,
    )
    return [numbers, incomes]


def _sentence(figures: dict, dimension: Dimension, found: list[Cell]) -> str:
    shown = [c for c in found if c.number is not None and c.code != UNKNOWN]
    if not shown:
        return _("No number here is large enough to be shown.")
    top = max(shown, key=lambda c: c.number)
    return dimension.most % {"top": top.label, "number": f"{top.number:,}", "total": f"{figures['total']:,}"}


def _income_sentence(dimension: Dimension, found: list[Cell]) -> str:
    shown = [c for c in found if c.income is not None and c.code != UNKNOWN]
    if not shown:
        return _("No income here is of enough organisations to be shown.")
    top = max(shown, key=lambda c: c.income)
    return dimension.richest % {"top": top.label, "income": _money(top.income)}


def _missing(figures: dict, made, about: dict) -> Chart:
    """What the records lack; what a table above hides stays hidden here."""
    unknown = {d.code: next((c.number for c in found if c.code == UNKNOWN), None) for d, found in made}
    lacking = {name: None if is_small(n) else n for name, n in figures["missing"].items()}
    lines = [
        (_("Yearly income"), unknown["band"]),
        (_("Ward"), unknown["ward"]),
        (_("Legal structure"), unknown["structure"]),
        (_("What it does, as a theme"), lacking["theme"]),
        (_("Whom it serves"), lacking["community"]),
        (_("What it does, in words"), lacking["summary"]),
        (_("Any published way to reach it"), lacking["contact"]),
        (_("Confirmed within the last 13 months"), lacking["unconfirmed"]),
    ]
    shown = [(label, n) for label, n in lines if n is not None]
    sentence = _("No gap is large enough to be shown.")
    if shown:
        label, n = max(shown, key=lambda line: line[1])
        sentence = _("Most often missing is “%(label)s”: in %(n)s of %(total)s records.") % {
            "label": label,
            "n": f"{n:,}",
            "total": f"{figures['total']:,}",
        }
    return bars(
        _("What is missing from the records"),
        [label for label, _n in lines],
        Series(_("Organisations without it"), [n for _label, n in lines]),
        first=_("Missing"),
        sentence=sentence,
        missing=str(NOT_SHOWN),
        **about,
    )


# Change -------------------------------------------------------------------------------------------------


def _change(figures: dict, earlier: dict | None, next_freeze: date) -> str:
    if not earlier:
        said = _(
            "No earlier figures are kept yet, so the change since last year cannot be told."
            " The next are kept on %(day)s."
        ) % {"day": date_format(next_freeze, "j F Y")}
        return f"{said} {_movement(figures['movement'])}"
    day = date_format(date.fromisoformat(earlier["as_at"]), "j F Y")
    before, now = earlier["total"], figures["total"]
    if is_small(before) or is_small(now):
        said = _("On %(day)s there were %(before)s; now there are %(now)s.") % {
            "day": day,
            "before": total_of(earlier),
            "now": total_of(figures),
        }
    else:
        words = _("more") if now > before else _("fewer")
        said = (
            _("On %(day)s there were %(before)s: there are as many now.")
            if now == before
            else _("On %(day)s there were %(before)s; now there are %(now)s, %(n)s %(words)s.")
        ) % {
            "day": day,
            "before": total_of(earlier),
            "now": f"{now:,}",
            "n": f"{abs(now - before):,}",
            "words": words,
        }
    return f"{said} {_movement(figures['movement'])}"


def _movement(movement: dict) -> str:
    def said(n):
        return _("fewer than 5") if is_small(n) else f"{n:,}"

    return _(
        "In the last twelve months %(added)s organisations came onto the register and %(closed)s were closed on it."
    ) % {"added": said(movement["added"]), "closed": said(movement["closed"])}


def _changes(figures: dict, earlier: dict, about: dict) -> Chart:
    """Organisations by income band, then and now."""
    band = dimensions()[0]
    then, now = cells(earlier, band), cells(figures, band)
    before = date_format(date.fromisoformat(earlier["as_at"]), "j F Y")
    today = date_format(date.fromisoformat(figures["as_at"]), "j F Y")
    chart = columns(
        _("Organisations by yearly income, then and now"),
        [c.label.split(":")[0] for c in now],
        [Series(before, [c.number for c in then]), Series(today, [c.number for c in now])],
        first=band.first,
        sentence=_("The columns show how many organisations were in each income band on either day."),
        missing=str(NOT_SHOWN),
        **about,
    )
    rows = [
        (new.label, _or_not(old.number), _or_not(new.number), _difference(old.number, new.number))
        for old, new in zip(then, now, strict=True)
    ]
    header = (band.first, before, today, _("Change"))
    return replace(chart, table=Table(header, rows, chart.title, frozenset({1, 2, 3})))


def _or_not(value) -> str:
    return str(NOT_SHOWN) if value is None else number(value)


def _difference(old, new) -> str:
    if old is None or new is None:
        return str(NOT_SHOWN)
    return "0" if new == old else f"{'+' if new > old else '−'}{number(abs(new - old))}"
