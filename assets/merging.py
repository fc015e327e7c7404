"""What becomes of an owner's land and buildings when its record is merged."""

from organisations.duplicates.relations import moves

moves("assets.Asset.owner", "building or piece of land", "buildings and pieces of land")
