#!/usr/bin/env python3
"""Puts the front-end files of frontend.lock.json under static/vendor, without the GDS font and the royal crest.

Run by a developer when a version changes; what it writes is committed, so nothing else needs npm.
usage: script/vendor_frontend.py [FOLDER_WITH_TARBALLS]     without a folder it calls `npm pack`
"""

import base64
import hashlib
import json
import re
import subprocess
import sys
import tarfile
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENDOR = ROOT / "static" / "vendor"
PINS = json.loads((ROOT / "script" / "frontend.lock.json").read_text())
FONT_FACE = re.compile(
    r"(/\*! Copyright \(c\) 2011 by Margaret Calvert.*?\*/)?@font-face\{[^}]*GDS Transport[^}]*\}", re.S
)
MIT = """Permission is hereby granted, free of charge, to any person obtaining a copy of this software and
associated documentation files (the "Software"), to deal in the Software without restriction, including
without limitation the rights to use, copy, modify, merge, publish, distribute, sublicense, and/or sell
copies of the Software, and to permit persons to whom the Software is furnished to do so, subject to the
following conditions:

The above copyright notice and this permission notice shall be included in all copies or substantial
portions of the Software.

THE SOFTWARE IS PROVIDED "AS IS", WITHOUT WARRANTY OF ANY KIND, EXPRESS OR IMPLIED, INCLUDING BUT NOT
LIMITED TO THE WARRANTIES OF MERCHANTABILITY, FITNESS FOR A PARTICULAR PURPOSE AND NONINFRINGEMENT. IN NO
EVENT SHALL THE AUTHORS OR COPYRIGHT HOLDERS BE LIABLE FOR ANY CLAIM, DAMAGES OR OTHER LIABILITY, WHETHER
IN AN ACTION OF CONTRACT, TORT OR OTHERWISE, ARISING FROM, OUT OF OR IN CONNECTION WITH THE SOFTWARE OR
THE USE OR OTHER DEALINGS IN THE SOFTWARE.
"""


def council_css(text: str) -> str:
    """The style sheet a council may use: no GDS Transport, no crest, no address outside this folder."""
    text = FONT_FACE.sub("", text)
    text = text.replace("GDS Transport,arial,sans-serif", "arial,sans-serif")
    text = text.replace("url(/assets/images/govuk-crest.svg)", "none")
    text = re.sub(r"/\*# sourceMappingURL=[^*]*\*/", "", text)
    for forbidden in ("GDS Transport", "crest", "url(/"):
        if forbidden in text:
            sys.exit(f"The style sheet still holds {forbidden!r}: adapt council_css().")
    return text


def fetch(pin: dict, folder: Path) -> Path:
    """The tarball, checked against the hash in the lock file."""
    tarball = folder / pin["tarball"]
    if not tarball.exists():
        subprocess.run(["npm", "pack", "--silent", f"{pin['name']}@{pin['version']}"], cwd=folder, check=True)
    found = "sha512-" + base64.b64encode(hashlib.sha512(tarball.read_bytes()).digest()).decode()
    if found != pin["integrity"]:
        sys.exit(f"{tarball.name} is not the file that was pinned: {found}")
    return tarball


def unpack(pin: dict, tarball: Path) -> None:
    out = VENDOR / pin["dir"]
    out.mkdir(parents=True, exist_ok=True)
    with tarfile.open(tarball) as tar:
        for member, target in pin["files"].items():
            text = tar.extractfile(f"package/{member}").read().decode()
            if target.endswith(".css"):
                text = council_css(text)
            (out / target).write_text(re.sub(r"//# sourceMappingURL=.*", "", text))
    (out / "LICENSE").write_text(
        f"{pin['name']} {pin['version']}, {pin['license']} licence, changed by script/vendor_frontend.py\n"
        f"{pin['notice']}\n\n{MIT}"
    )


def main() -> None:
    with tempfile.TemporaryDirectory() as own:
        folder = Path(sys.argv[1]) if len(sys.argv) > 1 else Path(own)
        for pin in PINS:
            unpack(pin, fetch(pin, folder))
            print(pin["name"], pin["version"])


if __name__ == "__main__":
    main()
