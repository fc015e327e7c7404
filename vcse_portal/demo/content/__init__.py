"""What the demo borough is made of, as data: all names and people are invented."""

import json
from pathlib import Path

FOLDER = Path(__file__).parent


def read(name: str):
    return json.loads((FOLDER / f"{name}.json").read_text(encoding="utf-8"))
