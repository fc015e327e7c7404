"""The Compact, adopted and signed by three organisations."""

from datetime import date, datetime, timedelta

from compact import operations
from organisations.models import Organisation
from vcse_portal.accounts.models import User

from .content import read


def adopt(people: dict[str, User], now: datetime) -> None:
    content, officer = read("compact"), people["partnerships"]
    document = operations.add_document(
        kind="compact", title=content["title"], code=content["code"], by=officer
    )
    draft = document.versions.drafts().first() or operations.draft_version(document.pk, by=officer)
    operations.edit_introduction(draft.pk, introduction=content["introduction"], by=officer)
    for number, heading, text, side in content["clauses"]:
        operations.add_clause(draft.pk, number=number, heading=heading, text=text, side=side, by=officer)
    adopted_on = _months_before(now.date(), 8)
    version = operations.adopt_version(
        draft.pk, by=officer, adopted_on=adopted_on, now=now - timedelta(days=240)
    )
    for days, key in enumerate(content["signed_by"], 3):
        signer = people[key]
        operations.sign_version(
            version.pk,
            Organisation.objects.led_by(signer).get().pk,
            role="Chair",
            by=signer,
            now=now - timedelta(days=240 - 7 * days),
        )


def _months_before(day: date, months: int) -> date:
    """The first of the month so many months earlier."""
    count = day.year * 12 + day.month - 1 - months
    return date(count // 12, count % 12 + 1, 1)
