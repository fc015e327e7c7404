"""The two servers the portal needs, as private ones: how each is made, started, and known to be ready.

Standard library only, for this runs before there is a virtual environment. Linux only, as the scripts are.
"""

import ctypes
import hashlib
import os
import pwd
import secrets
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from pathlib import Path

SMALL = ["jit=off", "shared_buffers=64MB", "max_connections=100", "max_locks_per_transaction=256"]
THROWAWAY = ["fsync=off", "synchronous_commit=off", "full_page_writes=off"]


class Trouble(Exception):
    """Something the person at the keyboard has to put right; the text says how."""


def die_with_parent(user=None, stop_with=signal.SIGTERM):
    """For Popen's preexec_fn: become `user`, and get `stop_with` when the parent is gone, however it went."""

    def prepare():
        if user:
            os.initgroups(user.pw_name, user.pw_gid)
            os.setgid(user.pw_gid)
            os.setuid(user.pw_uid)  # clears the parent-death signal, so it is set after this
        ctypes.CDLL(None).prctl(1, stop_with)  # 1 is PR_SET_PDEATHSIG

    return prepare


def free_port(home, name):
    """The port remembered for a service, or a free one from now on. A predecessor may need a moment to go."""
    memory = home / f"{name}.port"
    port = int(memory.read_text()) if memory.exists() else 0
    for _ in range(20 if port else 0):
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)):
                return port
        time.sleep(0.1)
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    memory.write_text(str(port))
    return port


def write_secret(path, text):
    path.touch(mode=0o600)
    path.write_text(text)


def password(home):
    """One secret a home for both servers: other people may have accounts on this machine."""
    path = home / "password"
    if not path.exists():
        write_secret(path, secrets.token_hex(16))
    return path.read_text()


def has_shared_memory(user):
    """Is /dev/shm there, open to `user` and of some size? Containers often fail one of these."""
    shm = Path("/dev/shm")
    is_open = shm.is_dir() and (shm.stat().st_mode & 0o002 if user else os.access(shm, os.W_OK))
    return bool(is_open) and shutil.disk_usage(shm).free > 256 << 20


class Postgres:
    variable = "DATABASE_URL"
    stop_signal = signal.SIGINT  # "fast": break connections off, checkpoint, go

    def __init__(self, home, *, throwaway):
        self.throwaway = throwaway
        self.user = self._account()
        self.data, self.log, self.made = self._place(home), home / "pg.log", home / "pg.made"
        self.password = password(home)
        self.bin = self._programs()
        self.port = free_port(home, "pg")
        self.url = f"postgres://vcse:{self.password}@127.0.0.1:{self.port}/vcse"

    def _account(self):
        """PostgreSQL refuses root and needs a name for its user id."""
        if os.geteuid() == 0:
            try:
                return pwd.getpwnam("postgres")
            except KeyError:
                raise Trouble(
                    "PostgreSQL will not run as root and there is no account called postgres."
                ) from None
        try:
            pwd.getpwuid(os.geteuid())
        except KeyError:
            raise Trouble(
                "This user id has no name, so PostgreSQL cannot make a cluster for it: set DATABASE_URL "
                "to a database elsewhere."
            ) from None
        return None

    def _place(self, home):
        """In the home, or under /var/lib where the postgres account cannot walk to the home."""
        if not self.user or all(folder.stat().st_mode & 0o001 for folder in (home, *home.parents)):
            return home / "pg"
        return Path("/var/lib/vcse-portal-" + hashlib.sha256(str(home).encode()).hexdigest()[:10])

    def _programs(self):
        """The newest PostgreSQL installed, or the one that made the cluster. PG_BINDIR overrides."""
        if os.environ.get("PG_BINDIR"):
            return Path(os.environ["PG_BINDIR"])
        made_by = self.data / "PG_VERSION"
        wanted = made_by.read_text().strip() if made_by.exists() else None
        found = {
            path.parts[-2]: path
            for path in Path("/usr/lib/postgresql").glob("*/bin")
            if (path / "initdb").exists()
        }
        if not found and shutil.which("initdb"):
            return Path(shutil.which("initdb")).resolve().parent
        if wanted and found and wanted not in found:
            raise Trouble(
                f"{self.data} was made by PostgreSQL {wanted}: install that version again, or remove the folder."
            )
        if not found:
            raise Trouble(
                "PostgreSQL is not installed. Run script/bootstrap, or set PG_BINDIR or DATABASE_URL."
            )
        return found[wanted or max(found, key=float)]

    def _run(self, *command, said=""):
        """Run a PostgreSQL program to its end as the right account; raise Trouble with what it answered."""
        done = subprocess.run(
            [self.bin / command[0], *command[1:]], cwd="/", preexec_fn=die_with_parent(self.user),
            input=said, capture_output=True, text=True,
        )  # fmt: skip
        if done.returncode:
            raise Trouble(f"{command[0]} failed: {(done.stderr or done.stdout).strip()}")

    def prepare(self):
        """Make the cluster when there is none, and see to what a crash has left."""
        lock = self.data / "postmaster.pid"
        if self.made.exists() and lock.exists():
            self._outwait(lock)
            if self.throwaway:
                self.made.unlink()  # without fsync a crash may have torn it
            else:
                lock.unlink(missing_ok=True)
        if not self.made.exists():
            self._make()
            self.made.touch()

    def _outwait(self, lock):
        """A postmaster whose keeper was killed is on its way out; the number may also be anybody's by now."""
        command = Path(f"/proc/{lock.read_text().split()[0]}/cmdline")
        deadline = time.monotonic() + 10
        while command.exists() and str(self.data).encode() in command.read_bytes():
            if time.monotonic() > deadline:
                raise Trouble(f"Another PostgreSQL is using {self.data}: stop it first.")
            time.sleep(0.1)

    def _make(self):
        shutil.rmtree(self.data, ignore_errors=True)
        self.data.mkdir(mode=0o700)
        with tempfile.NamedTemporaryFile("w") as secret:
            secret.write(self.password)
            secret.flush()
            if self.user:
                os.chown(self.data, self.user.pw_uid, self.user.pw_gid)
                os.chown(secret.name, self.user.pw_uid, self.user.pw_gid)
            self._run(
                "initdb", "-D", str(self.data), "-U", "vcse", "-A", "scram-sha-256", f"--pwfile={secret.name}",
                "--locale=C.UTF-8", "--encoding=UTF8", *(["--no-sync"] if self.throwaway else []),
            )  # fmt: skip
        self._run("postgres", "--single", "-D", str(self.data), "postgres", said="CREATE DATABASE vcse\n")

    def start(self):
        shared = "posix" if has_shared_memory(self.user) else "mmap"
        options = [*SMALL, *(THROWAWAY if self.throwaway else [])]
        options += ["listen_addresses=127.0.0.1", "unix_socket_directories="]
        options += [f"dynamic_shared_memory_type={shared}"]
        return subprocess.Popen(
            [self.bin / "postgres", "-D", self.data, "-p", str(self.port), *(f"--{option}" for option in options)],
            cwd="/", preexec_fn=die_with_parent(self.user, self.stop_signal),
            stdin=subprocess.DEVNULL, stdout=self.log.open("a"), stderr=subprocess.STDOUT,
        )  # fmt: skip

    def is_ready(self, child):
        """Ask the lock file, not the port: another server could answer there."""
        try:
            lines = (self.data / "postmaster.pid").read_text().split("\n")
        except OSError:
            return False
        return lines[0] == str(child.pid) and len(lines) > 7 and lines[7].strip() == "ready"


class Redis:
    variable = "REDIS_URL"
    stop_signal = signal.SIGTERM

    def __init__(self, home, *, throwaway):
        self.data, self.log = home / "redis", home / "redis.log"
        self.program = shutil.which("redis-server") or shutil.which("valkey-server")
        if not self.program:
            raise Trouble("Redis is not installed. Run script/bootstrap, or set REDIS_URL.")
        self.password = password(home)
        self.port = free_port(home, "redis")
        self.url = f"redis://:{self.password}@127.0.0.1:{self.port}/0"

    def prepare(self):
        self.data.mkdir(mode=0o700, exist_ok=True)

    def start(self):
        child = subprocess.Popen(
            [self.program, "-"], cwd=self.data, preexec_fn=die_with_parent(stop_with=self.stop_signal),
            stdin=subprocess.PIPE, stdout=self.log.open("a"), stderr=subprocess.STDOUT,
        )  # fmt: skip
        child.stdin.write(
            f"port {self.port}\nbind 127.0.0.1\nrequirepass {self.password}\n"
            'appendonly yes\nsave ""\nmaxmemory-policy noeviction\n'.encode()
        )
        child.stdin.close()
        return child

    def is_ready(self, child):
        try:
            with socket.create_connection(("127.0.0.1", self.port), timeout=1) as connection:
                connection.sendall(f"AUTH {self.password}\r\nPING\r\n".encode())
                return connection.recv(64).startswith(b"+OK")
        except OSError:
            return False


def start(service):
    """Start one server and wait until it answers; recovery after a crash takes its time."""
    deadline = time.monotonic() + 60
    child = service.start()
    while not service.is_ready(child):
        if child.poll() is not None or time.monotonic() > deadline:
            child.kill()
            raise Trouble(f"{type(service).__name__} did not start; its last words are in {service.log}")
        time.sleep(0.02)
    return child
