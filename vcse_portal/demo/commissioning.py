"""What the invented council plans to buy or fund, what the sector said of it, and who reads the circular."""

from datetime import date, datetime, timedelta
from uuid import UUID, uuid5

from commissioning import operations
from commissioning.models import Stage
from organisations.models import Organisation
from vcse_portal.accounts.models import User
from vcse_portal.borough.models import Directorate
from vcse_portal.discussion.operations import answer_comment, post_comment
from vcse_portal.mail.models import Subscriber
from vcse_portal.mail.subscriptions import confirm, subscribe

from .content import read

NAMESPACE = UUID("6a6c2d0e-5a3c-4f9e-9d57-2b1f4d0c7a11")
READERS = 40


def publish_intentions(people: dict[str, User], now: datetime) -> None:
    """Eight intentions at different stages, three of them talked about."""
    today = now.date()
    directorates = {d.code: d for d in Directorate.objects.all()}
    for number, row in enumerate(read("intentions")):
        officer = people[row["lead"]]
        intention = operations.record_intention(
            key=uuid5(NAMESPACE, row["title"]),
            by=officer,
            **_facts(row, directorates, officer, today),
        )
        published_at = now - timedelta(days=2 * number + 1)
        if row["closes"] is not None and row["closes"] < 0:  # bidding is over: it was published well before
            published_at = now + timedelta(days=row["closes"] - 60)
        operations.publish_intention(intention.pk, by=officer, now=published_at)
        if row["comment"]:
            _talk(intention, row["comment"], people, officer, published_at)


def _facts(row: dict, directorates: dict, officer: User, today: date) -> dict:
    starts = today + timedelta(days=row["starts"])
    return {
        "title": row["title"],
        "summary": row["summary"],
        "need": row["need"],
        "directorate": directorates[row["directorate"]],
        "lead_officer": officer,
        "themes": row["themes"],
        "communities": row["communities"],
        "outcomes": row["outcomes"],
        "stage": Stage(row["stage"]),
        "route": row["route"],
        "value_low": row["value_low"],
        "value_high": row["value_high"],
        "expected_open_on": today + timedelta(days=row["opens"]),
        "closes_on": today + timedelta(days=row["closes"]) if row["closes"] is not None else None,
        "starts_on": starts,
        "ends_on": starts + timedelta(days=round(row["months"] * 30.4)),
    }


def _talk(intention, talk, people, officer, published_at) -> None:
    who, question, answer = talk
    member = people[who]
    comment = post_comment(
        intention,
        party=Organisation.objects.spoken_for_by(member).get(),
        text=question,
        visibility="public",
        key=uuid5(NAMESPACE, question),
        by=member,
        now=published_at + timedelta(hours=5),
    )
    if answer:
        answer_comment(
            comment.pk,
            text=answer,
            version=comment.version,
            by=officer,
            now=published_at + timedelta(hours=20),
        )


def subscribe_readers(now: datetime) -> None:
    """Forty confirmed readers of the circular."""
    for number in range(1, READERS + 1):
        email = f"reader{number}@sector.example"
        subscribe(email=email, name=f"Reader {number}", list_code="circular", how="demo borough")
        reader = Subscriber.objects.get(email=email)
        confirm(reader.pk, list_code="circular", themes=[], asked_at=now)
