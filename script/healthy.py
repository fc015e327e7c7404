"""Is this process of the portal well? For the containers' health checks.

usage: python script/healthy.py web|worker|beat      exits 0 when it is, 1 with a sentence when it is not
"""

import os
import subprocess
import sys
import time
import urllib.request
from pathlib import Path
from urllib.parse import urlsplit

QUIET = 600  # seconds; beat writes its schedule down every three minutes


def web():
    """Ask the web process itself, by the name visitors use: other names are refused."""
    port = os.environ.get("BIND", "127.0.0.1:8000").rsplit(":", 1)[1]
    name = urlsplit(os.environ.get("BASE_URL", "http://127.0.0.1:8000")).netloc
    request = urllib.request.Request(f"http://127.0.0.1:{port}/healthz", headers={"Host": name})
    urllib.request.urlopen(request, timeout=4)


def worker():
    here = f"celery@{os.uname().nodename}"
    subprocess.run(
        ["celery", "--quiet", "-A", "vcse_portal", "inspect", "ping", "-d", here, "-t", "5"],
        check=True,
        stdout=subprocess.DEVNULL,
    )


def beat():
    files = Path(os.environ.get("LOCAL_DIR", ".local")).glob("beat-schedule*")
    silent = time.time() - max((file.stat().st_mtime for file in files), default=0)
    if silent > QUIET:
        raise OSError(f"nothing written down for {silent:.0f} s")


if __name__ == "__main__":
    try:
        {"web": web, "worker": worker, "beat": beat}[sys.argv[1]]()
    except (OSError, subprocess.CalledProcessError) as error:
        sys.exit(f"{sys.argv[1]} is not well: {error}")
