"""Colours that stay apart on screen, for colour-blind readers and on a grey printer.

The categories are the Government Analysis Function's palette in its order, dark beside light; the ratings
are chosen so that any two differ in lightness (19, 63, 82, 45 and 100 of 100), whatever stands beside what.
"""

INK, PAPER, RULE = "#0b0c0c", "#ffffff", "#b1b4b6"
CATEGORIES = ("#12436d", "#28a197", "#801650", "#f46a25", "#3d3d3d", "#a285d1")
TONES = {
    "complete": "#0f2f57",
    "green": "#58a878",
    "amber": "#ffc24d",
    "red": "#c8312e",
    "none": "#ffffff",
}


def colour_of(tone: str, position: int) -> str:
    """The colour of a tone, or of the nth series when it has none."""
    return TONES.get(tone) or CATEGORIES[position % len(CATEGORIES)]


def luminance(colour: str) -> float:
    """Relative luminance (WCAG 2.2) of #rrggbb, 0 to 1."""
    channels = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    red, green, blue = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    """Contrast ratio (WCAG 2.2), 1 to 21."""
    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


def ink_on(colour: str) -> str:
    """Black or white, whichever reads better on a colour."""
    return max((INK, PAPER), key=lambda ink: contrast(ink, colour))


def outline_of(colour: str) -> str:
    """A dark edge for colours too light to be seen on white (under 3:1), else the colour itself."""
    return colour if contrast(colour, PAPER) >= 3 else INK
