"""Servers under test and short bursts at them, with the processor time they and their database use."""

import http.client
import os
import socket
import statistics
import subprocess
import sys
import time
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

TICKS = os.sysconf("SC_CLK_TCK")
BURST = 1.2  # seconds


def free_port() -> int:
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


@contextmanager
def served(wsgi: str, environment: dict):
    """gunicorn with one process, as the base has; yields the port and stops it in the end."""
    port = free_port()
    command = [sys.executable, "-m", "gunicorn", "-w", "1", "-b", f"127.0.0.1:{port}", "--log-level", "error"]
    process = subprocess.Popen([*command, f"{wsgi}:application"], env=os.environ | environment)
    try:
        _wait(port)
        yield Server(port, process.pid)
    finally:
        process.terminate()
        process.wait(10)


def _wait(port: int) -> None:
    for _ in range(200):
        try:
            socket.create_connection(("127.0.0.1", port), 1).close()
            return
        except OSError:
            time.sleep(0.1)
    raise SystemExit("The server under test did not start.")


@dataclass
class Server:
    port: int
    pid: int
    headers: dict = field(default_factory=dict)
    places: dict = field(default_factory=dict)

    def burst(self, paths: list[str], *, seconds: float = BURST, status: int = 200) -> "Burst":
        """As many requests as fit, one after the other on one connection; every answer must have the status.

        Each burst goes on where the last one stopped, so that of many addresses none is asked for twice.
        """
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
        cpu, began, count = self.cpu(), time.perf_counter(), 0
        first = self.places.get(paths[0], 0)
        while time.perf_counter() - began < seconds or count < 3:
            path = paths[(first + count) % len(paths)]
            answer = self._get(connection, path)
            if answer.status != status:
                raise SystemExit(f"{path} answered {answer.status}")
            count += 1
        self.places[paths[0]] = first + count
        took = time.perf_counter() - began
        connection.close()
        return Burst(count / took, (self.cpu() - cpu) / count * 1000)

    def _get(self, connection, path: str):
        connection.request("GET", path, headers=self.headers)
        answer = connection.getresponse()
        answer.read()
        return answer

    def visitor(self, path: str) -> "Server":
        """The same server as a browser without a session sees it that holds the page already."""
        guest = Server(self.port, self.pid)
        answer = guest._get(http.client.HTTPConnection("127.0.0.1", self.port, timeout=30), path)
        guest.headers = {"If-None-Match": answer.headers["ETag"]}
        return guest

    def cpu(self) -> float:
        """Seconds of processor used so far by this server, PostgreSQL and Redis together."""
        pids = {self.pid, *_children(self.pid), *_services()}
        return sum(_seconds(pid) for pid in pids)


@dataclass(frozen=True)
class Burst:
    rate: float  # requests a second
    cpu: float  # milliseconds a request


def _stat(pid: int) -> list[str]:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return []


def _seconds(pid: int) -> float:
    stat = _stat(pid)
    return sum(int(n) for n in stat[11:15]) / TICKS if stat else 0.0


def _children(pid: int) -> set[int]:
    return {
        int(p.name) for p in Path("/proc").glob("[0-9]*") if (s := _stat(int(p.name))) and int(s[1]) == pid
    }


def _services() -> set[int]:
    """PostgreSQL with its backends, and Redis: this machine runs them for the bench alone."""
    names = ("postgres", "redis-server", "valkey-server")
    found = set()
    for path in Path("/proc").glob("[0-9]*"):
        try:
            if (path / "comm").read_text().strip() in names:
                found.add(int(path.name))
        except OSError:
            continue
    return found


@dataclass(frozen=True)
class Ratio:
    """Median, lowest and highest over the rounds."""

    median: float
    low: float
    high: float

    def __str__(self):
        return f"{self.median:.3f} ({self.low:.3f}–{self.high:.3f})"


def ratio(pairs: list[tuple[float, float]]) -> Ratio:
    values = sorted(a / b for a, b in pairs)
    return Ratio(statistics.median(values), values[0], values[-1])
