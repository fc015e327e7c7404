"""The README's commands: what they start is really started here, and really gone afterwards."""

import fcntl
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import pytest
from django.conf import settings

ROOT = Path(settings.BASE_DIR)
SCRIPT = ROOT / "script"
BIN = Path(sys.executable).parent
SHELL = sorted(path for path in SCRIPT.iterdir() if path.is_file() and not path.suffix) + [SCRIPT / "lib.sh"]


def names(paths):
    return [path.name for path in paths]


def wait_until(condition, seconds=20):
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "waited in vain"
        time.sleep(0.1)
    return True


def listens(port):
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


# ---- as text ----------------------------------------------------------------------------------


@pytest.mark.parametrize("path", SHELL, ids=names(SHELL))
def test_script_is_plain_sh(path):
    assert subprocess.run(["sh", "-n", path], capture_output=True, text=True).stderr == ""
    assert path.suffix or (os.access(path, os.X_OK) and path.read_text().startswith("#!/bin/sh\n"))


@pytest.mark.skipif(not (BIN / "shellcheck").exists(), reason="no shellcheck wheel for this machine")
def test_scripts_pass_shellcheck():
    command = [BIN / "shellcheck", "-x", "-P", "SCRIPTDIR", *SHELL, ROOT / ".ci/run"]
    done = subprocess.run(command, capture_output=True, text=True)
    assert done.stdout + done.stderr == ""


def test_locks_are_hashed_and_name_no_index():
    for name in ("requirements.lock", "requirements-dev.lock"):
        lock = (ROOT / name).read_text()
        pins = re.findall(r"^[\w.\-\[\]]+==.*$", lock, re.M)
        assert len(pins) > 50
        assert all(pin.endswith("\\") for pin in pins), "a pin without a hash"
        assert not re.search(r"https?:|file:|--index|--find-links", lock)


# ---- what is missing ---------------------------------------------------------------------------


def test_missing_packages_are_named_in_one_sentence_where_they_cannot_be_installed(tmp_path):
    for program in ("sh", "dirname", "grep", "find", "tr", "ls", "id", "mkdir", "flock", "python3"):
        (tmp_path / program).symlink_to(shutil.which(program, path="/usr/bin:/bin"))
    env = {"PATH": str(tmp_path), "PYTHON": "/nowhere/python3", "LOCAL_DIR": str(tmp_path / "local")}
    done = subprocess.run([SCRIPT / "bootstrap"], env=env, capture_output=True, text=True)
    assert done.returncode == 1
    assert done.stdout == ""
    [sentence] = done.stderr.splitlines()
    assert sentence.startswith("Please install these (Debian's names) and run this again: python3-venv ")
    assert "redis-server" in sentence


# ---- the private services ----------------------------------------------------------------------


@pytest.fixture
def home():
    """A folder the postgres account can walk to, as a checkout usually is; pytest's own are closed."""
    path = Path(tempfile.mkdtemp(prefix="vcse-"))
    path.chmod(0o755)
    yield path
    with (path / "test/keeper").open("a") as alone:
        fcntl.flock(alone, fcntl.LOCK_EX)  # until the keeper has left
    shutil.rmtree(path)


USER = '. "{lib}"; services test; echo "$DATABASE_URL $REDIS_URL"; exec sleep 60'


def use_services(home):
    """Be a user of the services: (process, PostgreSQL's port, Redis's port, both addresses)."""
    env = {key: value for key, value in os.environ.items() if key not in ("DATABASE_URL", "REDIS_URL")}
    user = subprocess.Popen(
        ["sh", "-c", USER.format(lib=SCRIPT / "lib.sh"), SCRIPT / "x"],
        env=env | {"LOCAL_DIR": str(home)},
        stdout=subprocess.PIPE,
        text=True,
    )
    said = user.stdout.readline()
    pg, redis = re.findall(r"@127\.0\.0\.1:(\d+)/", said)
    return user, int(pg), int(redis), said


def end(user, how=signal.SIGTERM):
    user.send_signal(how)
    user.wait()
    user.stdout.close()


@pytest.mark.slow
def test_services_are_shared_and_end_with_their_last_user(home):
    first, pg, redis, said = use_services(home)
    second, *_, said_again = use_services(home)
    assert said_again == said
    assert listens(pg)
    end(first)
    time.sleep(0.5)
    assert listens(pg)
    assert listens(redis)
    end(second, signal.SIGKILL)
    wait_until(lambda: not listens(pg) and not listens(redis))


@pytest.mark.slow
def test_services_keep_their_data_and_their_address(home):
    user, *_, said = use_services(home)
    address = said.split()[0]
    psycopg_says(address, "CREATE TABLE kept AS SELECT 7 AS seven")
    end(user)
    user, *_, said_again = use_services(home)
    assert said_again == said
    assert psycopg_says(address, "SELECT seven FROM kept") == 7
    end(user)


def psycopg_says(address, sql):
    import psycopg2

    connection = psycopg2.connect(address)
    try:
        with connection, connection.cursor() as cursor:
            cursor.execute(sql)
            return cursor.fetchone()[0] if cursor.description else None
    finally:
        connection.close()


@pytest.mark.slow
def test_services_end_with_a_keeper_that_is_killed_and_start_again(home):
    user, pg, redis, _ = use_services(home)
    os.kill(keeper_of(home), signal.SIGKILL)
    wait_until(lambda: not listens(pg) and not listens(redis))
    another, pg, redis, _ = use_services(home)
    assert listens(pg)
    end(user)
    end(another)
    wait_until(lambda: not listens(pg) and not listens(redis))


def keeper_of(home):
    for process in Path("/proc").glob("[0-9]*"):
        try:
            words, environment = ((process / name).read_text().split("\0") for name in ("cmdline", "environ"))
        except OSError:
            continue
        if words[-2:-1] == ["keep"] and f"LOCAL_DIR={home}" in environment:
            return int(process.name)
    raise AssertionError("no keeper")


@pytest.mark.slow
def test_services_listen_to_this_machine_only_and_ask_for_a_password(home):
    import psycopg2

    user, pg, redis, said = use_services(home)
    with pytest.raises(psycopg2.OperationalError, match="no password supplied"):
        psycopg2.connect(f"postgres://vcse@127.0.0.1:{pg}/vcse")
    with socket.create_connection(("127.0.0.1", redis)) as connection:
        connection.sendall(b"PING\r\n")
        assert connection.recv(64).startswith(b"-NOAUTH")
    assert (home / "test/addresses").stat().st_mode & 0o077 == 0
    end(user)


# ---- the supervisor ----------------------------------------------------------------------------

SUPERVISE = """
import sys; sys.path.insert(0, {script!r})
import supervise
supervise.answers = lambda address: True
supervisor = supervise.Supervisor()
try:
    supervisor.run({{"echo": ["sh", "-c", "echo $$; exec sleep 60"]}}, "http://nowhere")
finally:
    supervisor.shut_down()
"""


@pytest.fixture
def supervised():
    """A supervisor with one child that says its process id: (supervisor, next line, child's pid)."""
    process = subprocess.Popen(
        [sys.executable, "-c", SUPERVISE.format(script=str(SCRIPT))], stdout=subprocess.PIPE, text=True
    )

    def heard(pattern):
        for line in process.stdout:
            if found := re.match(pattern, line):
                return found
        raise AssertionError(f"never said {pattern}")

    yield process, heard, int(heard(r"echo   \| (\d+)")[1])
    process.kill()
    process.wait()
    process.stdout.close()


def is_running(pid):
    try:
        return Path(f"/proc/{pid}/stat").read_text().rsplit(")")[1].split()[0] != "Z"
    except OSError:
        return False


@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGTERM, signal.SIGKILL])
def test_supervisor_takes_its_children_with_it(supervised, how):
    process, _, child = supervised
    assert is_running(child)
    process.send_signal(how)
    wait_until(lambda: not is_running(child) and not is_running(process.pid))


def test_supervisor_starts_again_what_dies(supervised):
    _, heard, child = supervised
    os.kill(child, signal.SIGKILL)
    assert heard(r"echo   \| ended \(-9\); again in 2 s")
    assert int(heard(r"echo   \| (\d+)")[1]) != child


# ---- the processes of the portal ---------------------------------------------------------------


@pytest.mark.slow
def test_web_process_is_well_and_then_not():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    env = os.environ | {
        "PATH": f"{BIN}:{os.environ['PATH']}",
        "BIND": f"127.0.0.1:{port}",
        "BASE_URL": f"http://127.0.0.1:{port}",
    }
    web = subprocess.Popen([SCRIPT / "run", "web"], env=env, stderr=subprocess.DEVNULL)

    def is_well():
        check = [sys.executable, SCRIPT / "healthy.py", "web"]
        return subprocess.run(check, env=env, capture_output=True).returncode == 0

    try:
        wait_until(is_well)
    finally:
        web.terminate()
        assert web.wait(timeout=20) == 0
    assert not is_well()


def test_beat_is_well_while_its_heartbeat_is_fresh():
    environment = os.environ | {"DATABASE_URL": "postgres://nobody@127.0.0.1:1/none"}
    check = [sys.executable, "-c", BEAT_CHECK.format(script=str(SCRIPT), key=f"tests.{os.getpid()}")]
    done = subprocess.run(check, cwd=ROOT, env=environment, capture_output=True, text=True)
    assert done.stdout.splitlines() == [
        "no heartbeat in the last 120 s",
        "well",
        "no heartbeat in the last 120 s",
    ]


BEAT_CHECK = """
import sys; sys.path[:0] = [{script!r}, "."]
import healthy
from datetime import timedelta
from django.utils import timezone
healthy.HEARTBEAT = {key!r}

def look():
    try:
        healthy.beat()
        print("well")
    except OSError as error:
        print(error)

look()
from django.core.cache import cache
for minutes in (1, 3):
    cache.set(healthy.HEARTBEAT, timezone.now() - timedelta(minutes=minutes), 30)
    look()
"""


def test_beat_is_asked_for_by_the_name_the_worker_writes():
    from vcse_portal.home import health

    assert f'HEARTBEAT = "{health.HEARTBEAT}"' in (SCRIPT / "healthy.py").read_text()
    assert f"BEATS = {health.BEATS.seconds}" in (SCRIPT / "healthy.py").read_text()


def test_run_names_its_processes():
    done = subprocess.run([SCRIPT / "run"], capture_output=True, text=True)
    assert (done.returncode, done.stderr) == (2, "usage: script/run web|worker|beat|release\n")
