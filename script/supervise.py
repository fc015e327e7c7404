"""The portal in one foreground: web, Celery worker and beat, each line of theirs with its name before it.

Called by script/server in the project's virtual environment, with the private services attached. First it
migrates and fills an empty database, then it starts the three and starts again whichever dies. SIGINT and
SIGTERM stop them in order; if this process is killed outright the kernel stops them (PR_SET_PDEATHSIG).
"""

import fcntl
import os
import selectors
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from itertools import count

from servers import die_with_parent

PATIENCE = 20  # seconds a child has to leave after SIGTERM


def free_port(host, wanted):
    """The wanted port, or the next one nobody listens on."""
    for port in count(wanted):
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind((host, port))
                return port
            except OSError:
                continue


def commands():
    return {
        "web": ["script/run", "web", "--reload", "--log-level=error"],
        "worker": ["script/run", "worker"],
        "beat": ["script/run", "beat"],
    }


class Child:
    """One long-running command, started again when it dies, more slowly the oftener it does."""

    def __init__(self, name, command, selector):
        self.name, self.command, self.selector = name, command, selector
        self.pause = 1
        self.start()

    def start(self):
        self.started = time.monotonic()
        self.restart_at = None
        self.process = subprocess.Popen(
            self.command, start_new_session=True, preexec_fn=die_with_parent(),
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
        )  # fmt: skip
        os.set_blocking(self.process.stdout.fileno(), False)
        self.rest = b""
        self.selector.register(self.process.stdout, selectors.EVENT_READ, self)

    def relay(self):
        """Print what has been said since, whole lines only."""
        said = self.process.stdout.read()
        if said == b"":
            self.selector.unregister(self.process.stdout)
            said = b"\n" if self.rest else b""
        *lines, self.rest = (self.rest + (said or b"")).split(b"\n")
        for line in lines:
            print(f"{self.name:6} | {line.decode(errors='replace')}", flush=True)

    def revive(self):
        now = time.monotonic()
        if self.restart_at is None and self.process.poll() is not None:
            self.pause = 1 if now - self.started > 60 else min(self.pause * 2, 30)
            self.restart_at = now + self.pause
            print(f"{self.name:6} | ended ({self.process.returncode}); again in {self.pause} s", flush=True)
        elif self.restart_at and now >= self.restart_at:
            self.start()

    def signal(self, number):
        if self.process.poll() is None:
            os.killpg(self.process.pid, number)


class Supervisor:
    def __init__(self):
        self.stopping = False
        self.selector = selectors.DefaultSelector()
        self.children = []
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            if number != signal.SIGHUP or signal.getsignal(number) != signal.SIG_IGN:  # nohup means it
                signal.signal(number, self.stop)  # SIGINT also where `&` in a script had it ignored

    def stop(self, *_):
        self.stopping = True

    def first(self, *arguments):
        """Run a management command to its end; its failure ends everything."""
        command = [sys.executable, "manage.py", *arguments]
        process = subprocess.Popen(command, start_new_session=True, preexec_fn=die_with_parent())
        while process.poll() is None:
            if self.stopping:
                os.killpg(process.pid, signal.SIGTERM)
                process.wait()
                sys.exit(1)
            time.sleep(0.05)
        if process.returncode:
            sys.exit(process.returncode)

    def turn(self, timeout=0.2):
        for key, _ in self.selector.select(timeout) or ():
            key.data.relay()

    def run(self, all_commands, address):
        self.children = [Child(name, command, self.selector) for name, command in all_commands.items()]
        greeted, next_look = False, 0
        while not self.stopping:
            self.turn()
            for child in self.children:
                child.revive()
            if not greeted and time.monotonic() > next_look:
                greeted, next_look = answers(address), time.monotonic() + 1
                if greeted:
                    greet(address)

    def shut_down(self):
        deadline = time.monotonic() + PATIENCE
        for child in self.children:
            child.signal(signal.SIGTERM)
        while time.monotonic() < deadline and any(child.process.poll() is None for child in self.children):
            self.turn()
        for child in self.children:
            child.signal(signal.SIGKILL)
            child.process.wait()


def answers(address):
    try:
        urllib.request.urlopen(f"{address}/healthz", timeout=1)  # noqa: S310 - our own address
    except urllib.error.HTTPError:
        return True
    except OSError:
        return False
    return True


def greet(address):
    print(
        f"\n  The portal is at     {address}/\n  Mail it sends is at  {address}/mailbox/\n"
        f"  Sign-ins are printed above. Stop with Ctrl-C.\n",
        flush=True,
    )


def leave_services():
    """Give up the lock held on descriptor 9 and, being the last user, wait until the services have gone."""
    if os.path.exists("/proc/self/fd/9"):
        os.close(9)
        time.sleep(0.1)
        subprocess.run(["flock", "-s", f"{os.environ['LOCAL_DIR']}/dev/users", "true"], check=False)


def claim(address):
    """Be the one server of this checkout, or say where the other one is; the file must stay open."""
    claimed = open(f"{os.environ['LOCAL_DIR']}/dev/server", "a+")  # noqa: SIM115 - the lock is this process's life
    try:
        fcntl.flock(claimed, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        claimed.seek(0)
        sys.exit(f"The portal is running already, at {claimed.read()}/")
    claimed.truncate(0)
    claimed.write(address)
    claimed.flush()
    return claimed


def main():
    host = os.environ.get("HOST", "127.0.0.1")
    port = free_port(host, int(os.environ.get("PORT", "8000")))
    address = f"http://127.0.0.1:{port}"
    claimed = claim(address)
    os.environ.setdefault("BASE_URL", address)
    os.environ["BIND"] = f"{host}:{port}"
    os.environ.setdefault("LOG_LEVEL", "WARNING")  # the sign-ins should stay in sight
    os.environ.setdefault("PYTHONWARNINGS", "ignore:You're running the worker with superuser privileges")
    os.environ["PYTHONUNBUFFERED"] = "1"
    os.environ["PATH"] = f"{os.path.dirname(sys.executable)}:{os.environ['PATH']}"
    supervisor = Supervisor()
    try:
        supervisor.first("migrate", "-v0")
        supervisor.first("load_demo", "--if-empty")
        supervisor.run(commands(), address)
    finally:
        supervisor.shut_down()
        claimed.close()
        leave_services()


if __name__ == "__main__":
    main()
