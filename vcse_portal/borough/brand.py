"""The council's colour and logo: checked once when saved, so that every page can trust them."""

import io
import warnings

from django.core.exceptions import ValidationError
from PIL import Image, UnidentifiedImageError

MOST_LOGO_BYTES = 200_000
MOST_PIXELS = 16_000_000
FORMATS = ("PNG", "JPEG", "GIF", "WEBP")
LOGO_BOX = (600, 200)
ENOUGH = 4.5  # WCAG 2.2 AA, text of ordinary size


def luminance(colour: str) -> float:
    """Relative luminance of #rrggbb as WCAG defines it, 0 to 1."""
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    red, green, blue = [p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    """Contrast ratio of two colours, 1 to 21."""
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def text_on(colour: str) -> str:
    """White or black, whichever reads better on the colour."""
    return max(("#ffffff", "#0b0c0c"), key=lambda text: contrast(colour, text))


def check_brand_colour(colour: str) -> None:
    """Refuse a colour on which white text, or which as text on white, could not be read."""
    ratio = contrast(colour, "#ffffff")
    if ratio < ENOUGH:
        raise ValidationError(
            f"The colour {colour} is too light: white text on it has a contrast of {ratio:.1f} to 1, "
            f"and accessibility law asks for {ENOUGH} to 1. Choose a darker one."
        )


def stylesheet(colour: str) -> str:
    """The two variables from which every page's colours are mixed."""
    return f":root{{--govuk-brand-colour:{colour};--app-brand-text-colour:{text_on(colour)}}}\n"


def clean_logo(data: bytes) -> bytes:
    """The picture encoded afresh as a PNG no larger than 600 by 200 pixels and 200 kB: nothing else comes along."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            with Image.open(io.BytesIO(data), formats=FORMATS) as picture:
                picture.verify()
            with Image.open(io.BytesIO(data), formats=FORMATS) as picture:
                if picture.width * picture.height > MOST_PIXELS:
                    raise ValidationError("The picture has more than 16 million pixels. Send a smaller one.")
                picture.draft("RGB", LOGO_BOX)
                fresh = picture.convert("RGBA")
    except (
        UnidentifiedImageError,
        OSError,
        ValueError,
        SyntaxError,
        Warning,
        Image.DecompressionBombError,
    ) as error:
        raise ValidationError("The logo cannot be read. Send a PNG, JPEG or WebP picture.") from error
    for box in (LOGO_BOX, (400, 134), (200, 67)):
        fresh.thumbnail(box)
        encoded = io.BytesIO()
        fresh.save(encoded, "PNG", optimize=True)
        if encoded.tell() <= MOST_LOGO_BYTES:
            return encoded.getvalue()
    raise ValidationError("The logo is too large even when reduced. Send a simpler picture.")
