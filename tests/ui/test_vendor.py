"""The vendored front end holds nothing a council may not use, and says whose it is."""

import json
import re
from pathlib import Path

from django.conf import settings

VENDOR = Path(settings.BASE_DIR) / "static" / "vendor"
PINS = json.loads((Path(settings.BASE_DIR) / "script" / "frontend.lock.json").read_text())


def test_vendored_styles_have_neither_the_font_nor_the_crest():
    for pin in PINS:
        for target in pin["files"].values():
            text = (VENDOR / pin["dir"] / target).read_text()
            assert "GDS Transport" not in text
            assert "crest" not in text
            assert not re.search(r"url\((?!data:)", text)


def test_vendored_files_carry_their_licence():
    for pin in PINS:
        licence = (VENDOR / pin["dir"] / "LICENSE").read_text()
        assert pin["version"] in licence
        assert pin["notice"] in licence


def test_templates_have_no_inline_style_or_script():
    for template in (Path(settings.BASE_DIR) / "templates").rglob("*.html"):
        if {"mail", "pdf"} & set(template.parts):
            continue  # letters and reports are not pages under the policy
        text = re.sub(r"\{%.*?%\}", "", template.read_text())
        assert not re.search(r"<style|\sstyle=|\son[a-z]+=\"", text), template
        for script in re.findall(r"<script[^>]*>", template.read_text()):
            assert "src=" in script or "application/json" in script, template
