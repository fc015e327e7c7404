"""The borough's wards as a picture with links, drawn from their boundaries. Put a table of the same beside it."""

import math
from collections.abc import Iterable

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from shapely import Polygon, coverage_simplify, total_bounds, transform
from shapely.geometry import shape

WIDTH = 600  # units of the drawing; the page scales it
DETAIL = 1.5  # units: how far a simplified boundary may lie from the true one
STEPS = 5  # shades, light for few and dark for many
LINKED = '<a href="{}" aria-label="{}"><path class="app-map__ward app-map__ward--{}" d="{}"><title>{}</title></path></a>'
PLAIN = '<path data-ward="{}" role="img" aria-label="{}" class="app-map__ward app-map__ward--{}" d="{}"><title>{}</title></path>'


def ward_map(
    wards: Iterable[tuple[str, str, dict | None, float | None]], *, title: str, href: str = "", unit: str = ""
) -> SafeString:
    """An SVG of `wards`: (code, name, GeoJSON geometry in WGS84, value or None) each.

    `href` is an address with {code} in it, one link a ward; `unit` is said after each value ("organisations").
    Wards without a boundary are left out; without any, the answer is empty.
    """
    found = [ward for ward in wards if ward[2]]
    if not found:
        return SafeString("")
    paths, height = _paths([shape(geometry) for _code, _name, geometry, _value in found])
    highest = max(value or 0 for _code, _name, _geometry, value in found)
    drawn = []
    for (code, name, _geometry, value), path in zip(found, paths, strict=True):
        said = name if value is None else f"{name}: {value:,} {unit}".strip()
        drawn.append((href.replace("{code}", code) or code, said, _shade(value, highest), path, said))
    return format_html(
        '<svg class="app-map" viewBox="-2 -2 {} {}" role="group" aria-label="{}">{}</svg>',
        WIDTH + 4,
        height + 4,
        title,
        format_html_join("", LINKED if href else PLAIN, drawn),
    )


def _shade(value, highest) -> int:
    return math.ceil(STEPS * value / highest) if value and highest > 0 else 0


def _paths(geometries: list) -> tuple[list[str], int]:
    """The drawing of each ward and the height of the whole; shared borders are simplified alike, so none gape.

    Degrees become a plane on which a borough looks right: east to west is shrunk by the cosine of the latitude.
    """
    shrink = math.cos(math.radians(geometries[0].centroid.y))
    west, _south, east, north = total_bounds(geometries)
    scale = WIDTH / (((east - west) * shrink) or 1)
    flat = transform(geometries, lambda points: (points - [west, north]) * [shrink * scale, -scale])
    height = round(total_bounds(flat)[3])
    return [_path(geometry) for geometry in coverage_simplify(flat, DETAIL)], height


def _path(geometry) -> str:
    return "".join(
        _ring(ring)
        for part in getattr(geometry, "geoms", [geometry])
        if isinstance(part, Polygon)
        for ring in (part.exterior, *part.interiors)
    )


def _ring(ring) -> str:
    return "M" + "L".join(f"{x:.1f} {y:.1f}" for x, y, *_height in ring.coords[:-1]) + "Z"
