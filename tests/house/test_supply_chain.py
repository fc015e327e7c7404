"""F33: what we install is what was locked, production's settings are clean, and no secret lies in a file.

Known vulnerabilities are asked for by script/audit, which needs the advisory service.
"""

import importlib.metadata
import os
import re
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
from detect_secrets import SecretsCollection
from detect_secrets.settings import default_settings
from django.conf import settings
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(settings.BASE_DIR)
PIN = re.compile(r"^(?P<name>[\w.\-]+)(\[[^\]]+\])?==(?P<version>\S+)(?P<marker> ;.*?)?(?P<more> \\)?$", re.M)
PRODUCTION = {
    "DEBUG": "0",
    "ALLOWED_HOSTS": "portal.example.gov.uk",
    "BASE_URL": "https://portal.example.gov.uk",
    "EMAIL_URL": "smtp://mail.example.gov.uk:25",
    "TRUSTED_PROXY_COUNT": "1",
    "SECRET_KEY": "".join(map(chr, range(48, 123))),
}


def pins(lock):
    """{name: versions} of a lock file, more than one where Python's version decides; ValueError for a pin without a hash or a source other than the index."""
    found = {}
    for entry in re.split(r"\n(?=\S)", lock):
        if entry.startswith("#"):
            continue
        pin = PIN.match(entry)
        if not pin or not re.search(r"--hash=sha256:[0-9a-f]{64}", entry):
            raise ValueError(f"not pinned with a hash: {entry.splitlines()[0]}")
        found.setdefault(canonicalize_name(pin["name"]), set()).add(pin["version"])
    return found


@pytest.mark.parametrize("name", ["requirements.lock", "requirements-dev.lock"])
def test_f33_every_package_is_pinned_by_hash(name):
    assert len(pins((ROOT / name).read_text())) > 50


@pytest.mark.parametrize("line", ["django==5.2.19", "django>=5.2 \\\n    --hash=sha256:" + "0" * 64, "-e ."])
def test_f33_control_a_loose_pin_is_noticed(line):
    with pytest.raises(ValueError, match="not pinned"):
        pins(line)


def test_f33_lock_satisfies_pyproject():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())
    for lock, wanted in (
        ("requirements.lock", project["project"]["dependencies"]),
        ("requirements-dev.lock", project["project"]["dependencies"] + project["dependency-groups"]["dev"]),
    ):
        locked = pins((ROOT / lock).read_text())
        for requirement in map(Requirement, wanted):
            versions = locked[canonicalize_name(requirement.name)]
            assert all(version in requirement.specifier for version in versions), requirement


def test_f33_what_runs_here_is_what_was_locked():
    locked = pins((ROOT / "requirements-dev.lock").read_text())
    installed = {canonicalize_name(dist.name): dist.version for dist in importlib.metadata.distributions()}
    strangers = {name: version for name, version in installed.items() if version not in locked.get(name, ())}
    assert set(strangers) <= {"pip", "setuptools"}, strangers


def deploy_check(**changed):
    environment = os.environ | PRODUCTION | changed
    command = [sys.executable, "manage.py", "check", "--deploy", "--fail-level", "WARNING"]
    return subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True)


@pytest.mark.slow
def test_f33_production_settings_pass_djangos_deployment_check():
    done = deploy_check()
    assert done.returncode == 0, done.stderr


@pytest.mark.slow
def test_f33_control_plain_http_and_a_short_key_are_noticed():
    done = deploy_check(BASE_URL="http://portal.example.gov.uk", SECRET_KEY="short")
    assert done.returncode == 1
    assert "security.W009" in done.stderr
    assert "security.W012" in done.stderr


def secrets_in(paths):
    with default_settings():
        found = SecretsCollection()
        for path in paths:
            found.scan_file(str(path))
    return sorted((Path(name).name, secret.type) for name, secret in found)


@pytest.mark.skipif(not (shutil.which("git") and (ROOT / ".git").exists()), reason="not a git checkout")
def test_f33_no_secret_lies_in_a_file():
    listed = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=True)
    hashes = re.compile(r"\.lock(\.json)?$|^static/")  # long random-looking text by nature
    people = re.compile(r"^tests/")  # pretend people have pretend passwords
    paths = [
        path for path in listed.stdout.splitlines() if not hashes.search(path) and (ROOT / path).is_file()
    ]
    assert len(paths) > 20
    found = secrets_in(ROOT / path for path in paths if not people.match(path))
    found += [
        hit
        for hit in secrets_in(ROOT / path for path in paths if people.match(path))
        if hit[1] != "Secret Keyword"
    ]
    assert found == []


def test_f33_control_a_key_left_in_a_file_is_noticed(tmp_path):
    (tmp_path / "settings.ini").write_text(
        "aws = AKIA" + "IOSFODNN7EXAMPLQ\n-----BEGIN RSA PRIVATE " + "KEY-----\n"
    )
    assert secrets_in([tmp_path / "settings.ini"]) == [
        ("settings.ini", "AWS Access Key"),
        ("settings.ini", "Private Key"),
    ]
