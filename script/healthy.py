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

HEARTBEAT = "home.heartbeat"  # as in vcse_portal/home/health.py, which needs all of Django
BEATS = 120  # seconds


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
    """Beat asks for a heartbeat every 30 seconds and a worker writes it down; a fresh one shows both at work."""
    sys.path.insert(0, str(Path(__file__).parent.parent))
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "vcse_portal.settings")
    from django.core.cache import cache

    heard = cache.get(HEARTBEAT)
    if not heard or time.time() - heard.timestamp() > BEATS:
        raise OSError(f"no heartbeat in the last {BEATS} s")


if __name__ == "__main__":
    try:
        {"web": web, "worker": worker, "beat": beat}[sys.argv[1]]()
    except (OSError, subprocess.CalledProcessError) as error:
        sys.exit(f"{sys.argv[1]} is not well: {error}")
