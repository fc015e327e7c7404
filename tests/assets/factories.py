"""Land and buildings, through the operation."""

from itertools import count

from assets import operations
from assets.models import Asset

numbers = count(1)


def make_asset(name: str = "", *, by=None, **facts) -> Asset:
    number = next(numbers)
    facts = {"asset_code": f"A{number}", "owner_name": "The council", "holding_type": "land"} | facts
    return operations.add_asset(by=by, name=name or f"Asset {number}", **facts)
