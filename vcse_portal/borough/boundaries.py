"""Reads ward boundaries from GeoJSON: the Office for National Statistics' files and plainer ones."""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from django.core.exceptions import ValidationError
from shapely import make_valid, set_precision
from shapely.errors import ShapelyError
from shapely.geometry import MultiPolygon, Polygon, box, mapping, shape

from .models import GSS_CODE

MOST_BYTES = 50 * 1024 * 1024
MOST_WARDS = 10_000
UNITED_KINGDOM = box(-9.5, 49, 2.5, 61.5)
GRID = 0.000001  # degrees: about 10 cm
# The year stands inside the column names: WD25CD in 2025, WD26CD a year later.
CODE = re.compile(r"^(?:WD\d\dCD|area_code|ward_code)$", re.IGNORECASE)
NAME = re.compile(r"^(?:WD\d\dNM|area_name|ward_name)$", re.IGNORECASE)
AUTHORITY = re.compile(r"^(?:LAD\d\dCD|la_code)$", re.IGNORECASE)


@dataclass(frozen=True)
class Boundary:
    code: str
    name: str
    authority: str
    geometry: dict


def read_geojson(path: Path | str) -> list[dict]:
    """The features of a GeoJSON file. Raises ValidationError with a sentence when it is not one."""
    path = Path(path)
    if path.stat().st_size > MOST_BYTES:
        raise ValidationError(
            "The file is larger than 50 MB. Ask for the generalised boundaries (BGC or BUC)."
        )
    return features_of(path.read_bytes())


def features_of(data: bytes) -> list[dict]:
    try:
        data = json.loads(data.decode("utf-8-sig"))
    except (ValueError, RecursionError) as error:
        raise ValidationError("The file is not GeoJSON, or it was not sent completely.") from error
    features = data.get("features") if isinstance(data, dict) else None
    if not isinstance(features, list) or not features:
        raise ValidationError(
            "The file holds no features. It should be a GeoJSON FeatureCollection of wards."
        )
    if len(features) > MOST_WARDS:
        raise ValidationError(f"The file holds more than {MOST_WARDS:,} wards.")
    return features


def read_boundaries(features: list[dict]) -> Iterator[Boundary]:
    """Each feature as a ward. The first that cannot be read stops everything."""
    seen: set[str] = set()
    for number, feature in enumerate(features, start=1):
        boundary = _boundary(number, feature)
        if boundary.code in seen:
            raise ValidationError(f"Ward {boundary.code} is in the file twice.")
        seen.add(boundary.code)
        yield boundary


def _boundary(number: int, feature) -> Boundary:
    properties = feature.get("properties") if isinstance(feature, dict) else None
    if not isinstance(properties, dict):
        raise ValidationError(f"Feature {number} has no properties.")
    code, name = _value(properties, CODE), _value(properties, NAME)
    if not code or not name:
        raise ValidationError(
            f"Feature {number} has no ward code and name. Looked for WD25CD and WD25NM (any year), "
            "or area_code and area_name."
        )
    GSS_CODE(code)
    return Boundary(code, name[:120], _value(properties, AUTHORITY), _geometry(name, feature.get("geometry")))


def _value(properties: dict, pattern: re.Pattern) -> str:
    found = next((v for k, v in properties.items() if pattern.match(k) and v is not None), "")
    return " ".join(str(found).replace("\0", "").split())


def _geometry(name: str, geometry) -> dict:
    try:
        area = shape(geometry)
    except (ShapelyError, ValueError, TypeError, AttributeError, KeyError, IndexError) as error:
        raise ValidationError(f"The boundary of {name} cannot be read.") from error
    if not isinstance(area, Polygon | MultiPolygon) or area.is_empty:
        raise ValidationError(f"The boundary of {name} is not an area.")
    if not UNITED_KINGDOM.contains(box(*area.bounds)):
        raise ValidationError(
            f"The boundary of {name} lies outside the United Kingdom. "
            "Ask for longitude and latitude (WGS84), not British National Grid."
        )
    area = set_precision(_areas_of(area if area.is_valid else make_valid(area)), GRID)
    if area.is_empty:
        raise ValidationError(f"The boundary of {name} encloses nothing.")
    return json.loads(json.dumps(mapping(area)))


def _areas_of(area):
    """What making a crossed boundary valid may leave beside areas (points, lines) is dropped."""
    if isinstance(area, Polygon | MultiPolygon):
        return area
    polygons = [p for part in getattr(area, "geoms", []) for p in getattr(part, "geoms", [part])]
    return MultiPolygon([p for p in polygons if isinstance(p, Polygon)])
