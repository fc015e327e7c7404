"""A private PostgreSQL and Redis for laptops and tests, kept for as long as somebody uses them.

usage: python3 script/services.py dev|test [keep]    (called by `services` in script/lib.sh)

Whoever uses the services holds a shared lock on `<home>/users`. The first user starts a keeper, a small
process in a session of its own, and later users attach to it. The keeper waits for an exclusive lock on
the same file: it gets it when the last user has gone, by whatever death, and then stops both servers in
order. Should the keeper itself be killed, the kernel stops its children (PR_SET_PDEATHSIG).

Standard library only: this runs before there is a virtual environment. Linux only, as the scripts are.
Prints `export NAME='value'` lines for the shell. `test` is a cluster without fsync and with its own Redis.
"""

import ctypes
import fcntl
import hashlib
import os
import pwd
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
LOCAL = Path(os.environ.get("LOCAL_DIR") or ROOT / ".local").resolve()
PATIENCE = 30  # seconds until a server that does not answer is given up
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


class Postgres:
    variable = "DATABASE_URL"
    stop_signal = signal.SIGINT  # "fast": break connections off, checkpoint, go

    def __init__(self, home, *, throwaway):
        self.throwaway = throwaway
        self.user = self._account()
        self.data = self._place(home) / "pg"
        self.log = home / "pg.log"
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
        """The home, or a folder under /var/lib where the postgres account cannot walk to the home."""
        if not self.user or all(folder.stat().st_mode & 0o001 for folder in (home, *home.parents)):
            return home
        digest = hashlib.sha256(str(home).encode()).hexdigest()[:10]
        place = Path(f"/var/lib/vcse-portal-{digest}")
        place.mkdir(mode=0o755, exist_ok=True)
        return place

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

    def _run(self, *command):
        """Run a PostgreSQL program to its end as the right account; raise Trouble with what it said."""
        done = subprocess.run(
            [self.bin / command[0], *command[1:]], cwd="/", preexec_fn=die_with_parent(self.user),
            env={**os.environ, "PGPASSWORD": self.password}, stdin=subprocess.DEVNULL, capture_output=True, text=True,
        )  # fmt: skip
        if done.returncode:
            raise Trouble(f"{command[0]} failed: {(done.stderr or done.stdout).strip()}")

    def prepare(self):
        """Make the cluster when there is none; a throw-away one also after a crash, for it was unsafe."""
        if self.throwaway and (self.data / "postmaster.pid").exists():
            shutil.rmtree(self.data)
        if (self.data / "PG_VERSION").exists():
            return
        shutil.rmtree(self.data, ignore_errors=True)
        self.data.mkdir(mode=0o700)
        if self.user:
            os.chown(self.data, self.user.pw_uid, self.user.pw_gid)
        with tempfile.NamedTemporaryFile("w") as secret:
            secret.write(self.password)
            secret.flush()
            if self.user:
                os.chown(secret.name, self.user.pw_uid, self.user.pw_gid)
            self._run(
                "initdb", "-D", str(self.data), "-U", "vcse", "-A", "scram-sha-256", f"--pwfile={secret.name}",
                "--locale=C.UTF-8", "--encoding=UTF8", *(["--no-sync"] if self.throwaway else []),
            )  # fmt: skip

    def start(self):
        shared = shutil.disk_usage("/dev/shm").free if os.access("/dev/shm", os.W_OK) else 0
        options = [*SMALL, *(THROWAWAY if self.throwaway else [])]
        options += ["listen_addresses=127.0.0.1", "unix_socket_directories="]
        options += [f"dynamic_shared_memory_type={'posix' if shared > 256 << 20 else 'mmap'}"]
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

    def finish(self):
        try:
            self._run("createdb", "-h", "127.0.0.1", "-p", str(self.port), "-U", "vcse", "vcse")
        except Trouble as trouble:
            if "already exists" not in str(trouble):
                raise


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

    def finish(self):
        pass


def start(service):
    """Start one server and wait until it answers. A predecessor still leaving is tried again for a while."""
    deadline = time.monotonic() + PATIENCE
    child = service.start()
    while not service.is_ready(child):
        if time.monotonic() > deadline:
            child.kill()
            raise Trouble(f"{type(service).__name__} did not start; its last words are in {service.log}")
        if child.poll() is not None:
            time.sleep(0.5)
            child = service.start()
        time.sleep(0.02)
    return child


def take(path, how):
    """Open and lock; the lock lives as long as the returned file. BlockingIOError with LOCK_NB."""
    handle = path.open("a")
    fcntl.flock(handle, how)
    return handle


def keep(home, services):
    """The keeper: start the servers, say so, restart what dies, stop all when the last user has gone."""
    alone = take(home / "keeper", fcntl.LOCK_EX)
    children, stopping = {}, threading.Event()

    def stop(*_):
        stopping.set()
        for service, child in children.items():
            child.send_signal(service.stop_signal)

    def wait_for_last_user(held=[]):  # noqa: B006 - held to the end, so that a new user waits until we have left
        held.append(take(home / "users", fcntl.LOCK_EX))
        stop()

    for service in services:
        service.prepare()
        children[service] = start(service)
        service.finish()
    signal.signal(signal.SIGTERM, stop)
    write_secret(home / "addresses", "\n".join(f"{service.variable}={service.url}" for service in services))
    print("ready", flush=True)
    os.dup2(2, 1)  # closes the pipe the hirer listens to
    threading.Thread(target=wait_for_last_user, daemon=True).start()
    while children:
        pid, _ = os.wait()
        dead = next((service for service, child in children.items() if child.pid == pid), None)
        if stopping.is_set():
            children.pop(dead, None)
        elif dead:
            time.sleep(1)
            children[dead] = start(dead)
            if stopping.is_set():
                stop()
    alone.close()


def hire_keeper(home, profile):
    """Start `keep` as a process of its own and wait for its word; raise Trouble when it could not."""
    with (home / "keeper.log").open("a") as log:
        keeper = subprocess.Popen(
            [sys.executable, __file__, profile, "keep"], cwd="/", start_new_session=True,
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=log,
        )  # fmt: skip
    word = keeper.stdout.read().decode().strip()
    if word != "ready":
        raise Trouble(word or f"The keeper of the private services died; see {log.name}")


def wanted():
    """The servers nobody has named by environment variable."""
    return [kind for kind in (Postgres, Redis) if not os.environ.get(kind.variable)]


def attach(home, profile):
    """Print the addresses, after starting a keeper where there is none. The caller holds the users' lock."""
    for folder in (LOCAL, home):
        folder.mkdir(exist_ok=True)
        folder.chmod(0o755)  # the postgres account walks through here; secrets inside are 0600
    with take(home / "starting", fcntl.LOCK_EX):
        try:
            take(home / "keeper", fcntl.LOCK_EX | fcntl.LOCK_NB).close()
            hire_keeper(home, profile)
        except BlockingIOError:
            pass  # there is one
    addresses = dict(line.split("=", 1) for line in (home / "addresses").read_text().splitlines())
    for kind in wanted():
        if kind.variable not in addresses:
            raise Trouble(
                f"The services running here were started with another {kind.variable}: stop them first."
            )
        print(f"export {kind.variable}='{addresses[kind.variable]}'")


def main(profile, role="attach"):
    home = LOCAL / profile
    if role == "keep":
        keep(home, [kind(home, throwaway=profile == "test") for kind in wanted()])
    elif wanted():
        attach(home, profile)


if __name__ == "__main__":
    try:
        main(*sys.argv[1:])
    except (Trouble, PermissionError) as trouble:
        if isinstance(trouble, PermissionError):
            trouble = f"{trouble.filename} belongs to somebody else: run as its owner, or remove {LOCAL}."
        print(
            trouble, file=sys.stdout if sys.argv[-1] == "keep" else sys.stderr
        )  # the one who hired hears it
        sys.exit(1)
