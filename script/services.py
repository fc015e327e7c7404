"""A private PostgreSQL and Redis for laptops and tests, kept for as long as somebody uses them.

usage: python3 script/services.py dev|test [keep]    (called by `services` in script/lib.sh)

Whoever uses the services holds a shared lock on `<home>/users`. The first user starts a keeper, a small
process in a session of its own, and later users attach to it. The keeper waits for an exclusive lock on
the same file: it gets it when the last user has gone, by whatever death, and then stops both servers in
order. Should the keeper itself be killed, the kernel stops its children (PR_SET_PDEATHSIG).

Prints `export NAME='value'` lines for the shell. `test` is a cluster without fsync and with its own Redis.
"""

import fcntl
import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

from servers import Postgres, Redis, Trouble, start, write_secret

ROOT = Path(__file__).resolve().parent.parent
LOCAL = Path(os.environ.get("LOCAL_DIR") or ROOT / ".local").resolve()


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
        is_keeper = sys.argv[-1] == "keep"  # whoever hired it listens to what it prints
        print(trouble, file=sys.stdout if is_keeper else sys.stderr)
        sys.exit(1)
