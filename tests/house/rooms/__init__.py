"""What each larger part of the house adds to the scene: see `tests.house.scene`."""
