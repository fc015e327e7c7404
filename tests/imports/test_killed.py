"""F42: the worker is killed in the middle of applying. All or nothing, and the run can be repeated."""

import os
import signal
import subprocess
import sys
import time
from datetime import timedelta
from pathlib import Path

import pytest
import time_machine
from django.conf import settings
from django.db import connection
from django.utils import timezone

from tests.factories import make_theme
from vcse_portal.borough.models import Theme
from vcse_portal.imports import tasks
from vcse_portal.imports.models import ImportRun
from vcse_portal.imports.operations import apply_import, ask_to_apply, run_now, runs_due

ROOT = Path(__file__).parents[2]
WORKER = """
import sys, django
django.setup()
from django.conf import settings
from vcse_portal.imports import registry
from tests.imports.themes import ThemeImporter
registry.register(ThemeImporter)
from vcse_portal.imports.operations import apply_import
settings.MEDIA_ROOT = sys.argv[2]
apply_import(int(sys.argv[1]))
"""


def start_worker(run, media) -> subprocess.Popen:
    held = connection.settings_dict
    address = f"postgres://{held['USER']}:{held['PASSWORD']}@{held['HOST']}:{held['PORT']}/{held['NAME']}"
    env = os.environ | {
        "DATABASE_URL": address,
        "DJANGO_SETTINGS_MODULE": "vcse_portal.settings",
        "DEBUG": "1",
    }
    return subprocess.Popen([sys.executable, "-c", WORKER, str(run.pk), media], cwd=ROOT, env=env)


def wait_until(true, seconds=30):
    end = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < end, "waited in vain"
        time.sleep(0.05)


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_apply_killed_in_the_middle_leaves_nothing_and_is_repeated(write, tmp_path):
    make_theme("Health", code="health")
    signal_file = tmp_path / "written"
    lines = "health,Changed\n" + "".join(f"theme-{n},Theme {n}\n" for n in range(1_500))
    run = run_now(
        write("Theme code,Theme name\n" + lines), preview_only=True, options={"wait_file": str(signal_file)}
    )
    ask_to_apply(run.pk, by=None)

    worker = start_worker(run, settings.MEDIA_ROOT)
    wait_until(signal_file.exists)
    tasks.resume_runs()  # the sweep sees a living worker and leaves it alone
    with time_machine.travel(timezone.now() + timedelta(minutes=5)):
        assert apply_import(run.pk).status == "applying"
    worker.send_signal(signal.SIGKILL)
    worker.wait()

    assert list(Theme.objects.values_list("name", flat=True)) == ["Health"]
    run.refresh_from_db()
    assert (run.status, run.rows.filter(target_id__isnull=False).count()) == ("applying", 1)
    assert runs_due() == []  # claimed for a minute
    ImportRun.objects.filter(pk=run.pk).update(options={})
    with time_machine.travel(timezone.now() + timedelta(minutes=2)):
        assert runs_due(timezone.now()) == [(run.pk, "applying")]
        wait_until(lambda: apply_import(run.pk).status == "applied")
    assert Theme.objects.count() == 1_501
    assert Theme.objects.get(code="health").name == "Changed"


@pytest.mark.django_db
def test_run_whose_worker_dies_every_time_is_stopped_after_three(write):
    make_theme("Health", code="health")
    run = run_now(write("Theme code,Theme name\nhealth,Changed\n"), preview_only=True)
    ask_to_apply(run.pk, by=None)
    ImportRun.objects.filter(pk=run.pk).update(attempts=3)
    run = apply_import(run.pk)
    assert run.status == "previewed"
    assert run.refusal == "It was stopped 3 times before it could finish. Nothing was changed."
    assert Theme.objects.get().name == "Health"
