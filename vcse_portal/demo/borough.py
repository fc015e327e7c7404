"""The invented borough: council, directorates, lists, and twenty-two wards that fill an ellipse."""

import math

from shapely import Point, affinity, voronoi_polygons
from shapely.geometry import MultiPoint, mapping

from vcse_portal.borough.operations import council, lists, texts, wards

from .content import read

CENTRE = (-0.34, 51.58)  # longitude, latitude
WIDTH, HEIGHT = 0.11, 0.06  # degrees from the centre to the edge
GOLDEN = math.pi * (3 - math.sqrt(5))


def lay_out() -> None:
    """Save the council and every list through the settings' own operations."""
    content = read("borough")
    council.save_council(**content["council"])
    texts.starter_texts()
    for position, (code, name, director) in enumerate(content["directorates"]):
        lists.save_directorate(code=code, name=name, director=director, position=position)
    for position, (code, name) in enumerate(content["themes"]):
        lists.save_theme(code=code, name=name, position=position)
    for position, (code, name) in enumerate(content["communities"]):
        lists.save_community(code=code, name=name, position=position)
    for position, (code, name, description) in enumerate(content["support"]):
        lists.save_support(code=code, name=name, description=description, position=position)
    for position, (code, name, description) in enumerate(content["outcomes"]):
        lists.save_outcome(code=code, name=name, description=description, position=position)
    wards.load_wards(list(ward_features(content["wards"])))


def ward_features(names: list[str]):
    """GeoJSON features as the Office for National Statistics writes them: one cell of a Voronoi diagram each."""
    outline = affinity.scale(Point(CENTRE).buffer(1, 64), WIDTH, HEIGHT)
    seeds = [_seed(i, len(names)) for i in range(len(names))]
    cells = list(voronoi_polygons(MultiPoint(seeds), extend_to=outline).geoms)
    for number, (name, seed) in enumerate(zip(names, seeds, strict=True), 1):
        cell = next(c for c in cells if c.contains(Point(seed)))
        properties = {"WD25CD": f"E0599{number:04d}", "WD25NM": name, "LAD25CD": "E09999999"}
        yield {"type": "Feature", "properties": properties, "geometry": mapping(cell.intersection(outline))}


def _seed(i: int, number: int) -> tuple[float, float]:
    """Points of a sunflower: evenly spread, none in a row."""
    radius, angle = math.sqrt((i + 0.5) / number), i * GOLDEN
    return CENTRE[0] + WIDTH * radius * math.cos(angle), CENTRE[1] + HEIGHT * radius * math.sin(angle)
