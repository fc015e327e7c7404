"""Writing many assets at once, for imports: few statements, however many rows, with search kept true."""

from django.utils import timezone

from vcse_portal.search import registry as search

from .models import Asset
from .operations import KIND


def add_many(rows: list[dict], *, source: str) -> list[int]:
    """Insert assets with the fields given; returns their ids in the same order."""
    now = timezone.now()
    made = [Asset(**fields, source=source, created_at=now, updated_at=now) for fields in rows]
    for asset in made:
        asset.name_sort = search.fold(asset.name)[:250]
    Asset.objects.bulk_create(made)
    ids = [asset.pk for asset in made]
    search.index(KIND, ids)
    return ids


def change_many(changes: dict[int, dict]) -> None:
    """Set fields of many assets (id → field → value); the sort name follows. Rows are locked first."""
    locked = Asset.objects.select_for_update().in_bulk(sorted(changes))
    touched = {"version", "updated_at", "name_sort"}
    for pk, asset in locked.items():
        for name, value in changes[pk].items():
            setattr(asset, name, value)
        touched.update(changes[pk])
        asset.name_sort = search.fold(asset.name)[:250]
        asset.version += 1
        asset.updated_at = timezone.now()
    Asset.objects.bulk_update(locked.values(), sorted(touched), batch_size=500)
    search.index(KIND, locked)
