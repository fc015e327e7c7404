"""The image and the compose file cannot be run here, so what they promise is read from them."""

import re
import subprocess
import sys
from pathlib import Path

import pytest
import yaml
from django.conf import settings
from dockerfile_parse import DockerfileParser

ROOT = Path(settings.BASE_DIR)
BIN = Path(sys.executable).parent
COMPOSE_TEXT = (ROOT / "docker-compose.yml").read_text()
COMPOSE = yaml.safe_load(COMPOSE_TEXT)
SERVICES = COMPOSE["services"]
OURS = sorted(name for name, service in SERVICES.items() if service["image"] == "vcse-portal")
PARSER = DockerfileParser(fileobj=(ROOT / "Dockerfile").open("rb"))
STEPS = [(step["instruction"], step["value"]) for step in PARSER.structure]


def steps(instruction):
    return [value for name, value in STEPS if name == instruction]


def test_compose_fits_its_schema():
    command = [BIN / "check-jsonschema", "--builtin-schema", "vendor.compose-spec", "docker-compose.yml"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr


def test_compose_has_every_part_of_the_portal():
    assert OURS == ["beat", "release", "web", "worker"]
    assert sorted(set(SERVICES) - set(OURS)) == ["db", "mail", "nginx", "redis"]


@pytest.mark.parametrize("name", OURS)
def test_commands_are_the_ones_tried_on_a_laptop(name):
    cases = re.findall(r"^(\w+)\)", (ROOT / "script/run").read_text(), re.M)
    assert SERVICES[name]["command"] == [name]
    assert name in cases


@pytest.mark.parametrize("name", SERVICES)
def test_services_are_hardened(name):
    service = SERVICES[name]
    assert service["read_only"] is True
    assert service["cap_drop"] == ["ALL"]
    assert service["security_opt"] == ["no-new-privileges:true"]
    assert "privileged" not in service


@pytest.mark.parametrize("name", sorted(set(SERVICES) - set(OURS)))
def test_images_are_pinned_and_not_root(name):
    image, _, tag = SERVICES[name]["image"].rpartition(":")
    assert image
    assert re.match(r"v?\d+", tag)
    assert "unprivileged" in image or SERVICES[name]["user"] not in ("root", "0")


@pytest.mark.parametrize("name", sorted(set(SERVICES) - {"web", "release"}))
def test_services_have_a_health_check(name):
    assert SERVICES[name]["healthcheck"]["test"]


def test_web_is_checked_as_the_image_says_and_release_ends_by_itself():
    assert "healthcheck" not in SERVICES["web"]
    assert SERVICES["release"]["healthcheck"] == {"disable": True}
    assert SERVICES["release"]["restart"] == "no"


def test_the_tables_come_before_the_portal_and_the_database_before_the_tables():
    for name in set(OURS) - {"release"}:
        assert SERVICES[name]["depends_on"]["release"] == {"condition": "service_completed_successfully"}
    assert SERVICES["release"]["depends_on"] == {"db": {"condition": "service_healthy"}}


def test_database_files_and_queue_are_kept():
    kept = {name: service["volumes"] for name, service in SERVICES.items() if "volumes" in service}
    assert kept["db"] == ["database:/var/lib/postgresql/data"]
    assert kept["redis"] == ["queue:/data"]
    assert kept["web"] == kept["worker"] == ["media:/var/lib/portal/media"]
    assert set(COMPOSE["volumes"]) == {"database", "media", "queue"}


def test_redis_writes_down_what_is_queued():
    command = SERVICES["redis"]["command"]
    assert command[command.index("--appendonly") + 1] == "yes"


def test_only_nginx_and_the_mail_catcher_are_published_and_only_to_this_machine():
    published = {name: service["ports"] for name, service in SERVICES.items() if "ports" in service}
    assert published == {
        "nginx": ["127.0.0.1:${PORT:-8080}:8080"],
        "mail": ["127.0.0.1:${MAIL_PORT:-8025}:8025"],
    }
    assert COMPOSE["networks"]["back"] == {"internal": True}
    assert "front" not in SERVICES["db"]["networks"] + SERVICES["redis"]["networks"]


@pytest.mark.parametrize("name", ["SECRET_KEY", "POSTGRES_PASSWORD", "BASE_URL", "ALLOWED_HOSTS"])
def test_what_has_no_safe_default_is_asked_for(name):
    uses = re.findall(rf"\$\{{{name}\b(.*?)\}}", COMPOSE_TEXT)
    assert uses
    assert all(use.startswith(":?") for use in uses)
    assert re.search(rf"^{name}=", (ROOT / ".env.example").read_text(), re.M)


def test_compose_uses_only_the_interpolation_it_has():
    for inside in re.findall(r"\$\{(.*?)\}", COMPOSE_TEXT):
        assert re.fullmatch(r"[A-Z_]+(:[-?].*)?", inside), inside


@pytest.mark.parametrize("name", sorted(SERVICES["web"]["environment"]))
def test_settings_read_what_compose_sets(name):
    assert f'"{name}"' in (ROOT / "vcse_portal/settings.py").read_text()


def test_compose_does_not_switch_debugging_on():
    assert "DEBUG" not in COMPOSE_TEXT
    assert "DEBUG" not in (ROOT / "Dockerfile").read_text()


def test_dockerfile_lints():
    done = subprocess.run([BIN / "hadolint", "Dockerfile"], cwd=ROOT, capture_output=True, text=True)
    assert done.stdout + done.stderr == ""


def test_image_runs_as_nobody_in_particular():
    assert steps("USER")[-1] == "10001"


def test_image_is_built_on_a_pinned_python_and_from_the_lock():
    bases = [value.split(" AS ")[0] for value in steps("FROM")]
    assert set(bases) == {"python:3.11-slim-bookworm"}
    assert any(
        "--require-hashes --only-binary :all: -r /tmp/requirements.lock" in run for run in steps("RUN")
    )
    assert steps("ADD") == []


def test_image_keeps_no_package_lists_and_has_a_health_check():
    for run in steps("RUN"):
        assert ("apt-get install" in run) == ("rm -rf /var/lib/apt/lists/*" in run)
    assert len(steps("HEALTHCHECK")) == 1
    assert not any("SECRET" in value or "PASSWORD" in value for value in steps("ENV") + steps("ARG"))


def test_image_has_what_the_commands_need():
    let_in = set(re.findall(r"^!(.+)$", (ROOT / ".dockerignore").read_text(), re.M))
    own = {app.split(".")[0] for app in settings.INSTALLED_APPS if (ROOT / app.split(".")[0]).is_dir()}
    assert own | {"manage.py", "script/run", "script/healthy.py", "templates", "static"} <= let_in
    assert not let_in & {".git", ".env", ".local", ".venv", "tests"}


def test_nginx_speaks_to_the_image_and_lets_uploads_through():
    conf = (ROOT / "nginx/nginx.conf").read_text()
    assert f"server web:{steps('EXPOSE')[0]};" in conf
    assert int(re.search(r"client_max_body_size (\d+)m;", conf)[1]) > settings.MAX_UPLOAD_MB
    assert "proxy_request_buffering on;" in conf
    assert "$proxy_add_x_forwarded_for;" in conf


@pytest.mark.parametrize("name", SERVICES)
def test_memory_used_as_disk_is_limited(name):
    assert SERVICES[name]["tmpfs"]
    for mount in SERVICES[name]["tmpfs"]:
        assert re.fullmatch(r"/[a-z/]+:size=\d+[mg]", mount), mount
