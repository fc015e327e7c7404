"""What several deeds on a record share."""

from uuid import UUID

from django.db import connection, models
from django.utils import timezone

from ..models import Organisation


def of_first_click(rows: models.QuerySet, key: UUID):
    """What an earlier click with this key made; waits until a click that is still being worked on is done."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [str(key)])
    return rows.filter(key=key).first()


def touch(organisation: Organisation) -> None:
    """What belongs to it was changed: its history says so, and undoing an import leaves it alone."""
    organisation.updated_at = timezone.now()
    organisation.save(update_fields=["updated_at"])
