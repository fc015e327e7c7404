"""Everything anyone does to the list of land and buildings, one function a deed."""

from datetime import datetime

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from vcse_portal import history
from vcse_portal.accounts.models import User
from vcse_portal.borough.postcodes import (
    normalise_postcode,
    partial_postcode,
    suggest_postcode,
    ward_at,
    ward_of,
)
from vcse_portal.search import registry as search
from vcse_portal.ui.conflict import check_version

from .models import Asset

KIND = "asset"
DERIVED = ("name_sort", "postcode", "uprn", "ward")


@transaction.atomic
def add_asset(*, by: User | None, now: datetime | None = None, **facts) -> Asset:
    """Put a building or piece of land on the list. Its code is unique among its owner's assets."""
    now = now or timezone.now()
    asset = Asset(**facts, created_at=now, updated_at=now)
    settle(asset)
    _check(asset)
    with history.deed("added", by=by):
        asset.save()
    search.index(KIND, [asset.pk])
    return asset


@transaction.atomic
def edit_asset(
    asset_id: int, *, version: int | None = None, by: User, now: datetime | None = None, **facts
) -> Asset:
    """Change facts. Raises Conflict when someone else saved it since `version`."""
    asset = Asset.objects.select_for_update(of=("self",)).get(pk=asset_id)
    check_version(asset, version)
    for name, value in facts.items():
        setattr(asset, name, value)
    settle(asset)
    _check(asset)
    asset.version += 1
    asset.updated_at = now or timezone.now()
    with history.deed("edited", by=by):
        asset.save(update_fields=[*{*facts, *DERIVED}, "version", "updated_at"])
    search.index(KIND, [asset.pk])
    return asset


def settle(asset: Asset) -> None:
    """Work out what follows from other facts: sort name, tidy postcode and UPRN, the ward.

    The ward is that of the whole postcode, else the one the position lies in, else as an officer gave it.
    """
    asset.name_sort = search.fold(asset.name)[:250]
    asset.asset_code, asset.owner_name = asset.asset_code.strip(), asset.owner_name.strip()
    asset.uprn = asset.uprn.replace(" ", "").lstrip("0")
    if asset.postcode:
        asset.postcode = _postcode(asset.postcode)
    ward = ward_of(asset.postcode) if " " in asset.postcode else None
    if ward is None and asset.has_position:
        ward = ward_at(float(asset.latitude), float(asset.longitude))
    asset.ward = ward or asset.ward


def _postcode(text: str) -> str:
    found = normalise_postcode(text) or partial_postcode(text)
    if found:
        return found
    meant = suggest_postcode(text)
    hint = f" Did you mean {meant}?" if meant else ""
    words = f"“{text}” is not a postcode, nor the first half of one.{hint}"
    raise ValidationError({"postcode": words})


def _check(asset: Asset) -> None:
    asset.full_clean(exclude=["name_sort"], validate_unique=False, validate_constraints=False)
    if (asset.latitude is None) != (asset.longitude is None):
        raise ValidationError({"longitude": "Give latitude and longitude together, or neither."})
    twin = Asset.objects.filter(
        owner_name__iexact=asset.owner_name, asset_code__iexact=asset.asset_code
    ).exclude(pk=asset.pk)
    if found := twin.first():
        words = f"{asset.owner_name} has this code already, for {found.name}."
        raise ValidationError({"asset_code": words})
