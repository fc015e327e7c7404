"""Importing the national extract streams: what is held in memory does not grow with the files. F42 and F23 there."""

import json
import os
import signal
import subprocess
import sys
import time
import zipfile
from contextlib import suppress
from datetime import timedelta
from pathlib import Path

import pytest
import time_machine
from django.conf import settings
from django.db import connection
from django.utils import timezone
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from organisations.imports.extract import tables
from organisations.models import Identifier, Link, Organisation
from tests.organisations.extracts import TABLES, Extract, zipped
from vcse_portal.imports import Refused
from vcse_portal.imports.models import ImportRun
from vcse_portal.imports.operations import apply_import, ask_to_apply, run_now, undo_now

ROOT = Path(__file__).parents[2]
MB = 1 << 20


@pytest.fixture(autouse=True)
def media(settings, tmp_path):
    settings.MEDIA_ROOT = str(tmp_path / "media")


def environment() -> dict:
    held = connection.settings_dict
    address = f"postgres://{held['USER']}:{held['PASSWORD']}@{held['HOST']}:{held['PORT']}/{held['NAME']}"
    return os.environ | {
        "DATABASE_URL": address,
        "DJANGO_SETTINGS_MODULE": "vcse_portal.settings",
        "DEBUG": "0",
        "SECRET_KEY": "for a test alone, long enough to be taken",
        "MEDIA_ROOT": str(settings.MEDIA_ROOT),
    }


# Memory ---------------------------------------------------------------------------------------------------------
def many(path: Path, thousands: int) -> Path:
    """An extract in which every charity is ours, with what a real one has of each table."""
    path.mkdir()
    one = thousand()
    for table in TABLES:
        z = zipfile.ZipFile(path / f"publicextract.{table}.zip", "w", zipfile.ZIP_DEFLATED, compresslevel=1)
        with z, z.open(f"publicextract.{table}.txt", "w") as file:
            heading, rows = one.text(table).split(b"\r\n", 1)
            file.write(heading + b"\r\n")
            for n in range(thousands):
                file.write(rows.replace(b"\t1000", b"\t%d" % (1000 + n)))
    return path


def thousand() -> Extract:
    """Charities 1000000 to 1000999."""
    one = Extract()
    for n in range(1_000_000, 1_001_000):
        words = f"{os.urandom(150).hex()} " * 2
        more = one.charity(n, f"CHARITY {n}", charity_activities=words, charity_contact_postcode="M1 1AA")
        more(
            "area_of_operation",
            geographic_area_type="Local Authority",
            geographic_area_description="Trafford",
        )
        for code in ("102", "108", "201", "207", "306"):
            more("classification", classification_code=code)
        for trustee in range(4):
            more("trustee", trustee_id=str(trustee), trustee_name="Somebody")
        more("governing_document", governing_document_description="RULES", charitable_objects=words)
    return one


GATHER = """
import re, sys, django
django.setup()
from pathlib import Path
def most():
    return int(re.search("VmHWM:[^0-9]*([0-9]+)", Path("/proc/self/status").read_text())[1]) / 1024
from django.db import transaction
from organisations.imports.extract import gathering, tables
from organisations.imports.extract.borough import Borough
folder, target = Path(sys.argv[1]), Path(sys.argv[2])
from vcse_portal.imports.readers import bundles
packed = target.with_suffix(".zip")
with packed.open("wb") as file:
    bundles.pack([(p.name, p.open("rb")) for p in sorted(folder.iterdir())], file)
Path("/proc/self/clear_refs").write_text("5")  # the highest mark starts anew
before = most()
if sys.argv[3] == "streams":
    with transaction.atomic():
        gathering.gather(packed, target, Borough("Trafford", "area"), lambda done, total: None)
else:  # the control: as it is often written
    held = [list(tables.read(packed, name, ("organisation_number",))) for name in tables.files(packed).values()]
print(most() - before)
"""


def grown(folder: Path, way: str) -> float:
    """MB by which a process grows while it gathers an extract."""
    done = subprocess.run(
        [sys.executable, "-c", GATHER, str(folder), str(folder.parent / f"{folder.name}.csv"), way],
        cwd=ROOT,
        env=environment(),
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return float(done.stdout)


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_gathering_ten_times_the_charities_takes_no_more_memory(tmp_path):
    small, large = many(tmp_path / "small", 3), many(tmp_path / "large", 30)
    few, lots = grown(small, "streams"), grown(large, "streams")
    assert (tmp_path / "large.csv").read_text().count("\n") == 30_001
    assert lots < few + 8, f"{few:.0f} MB for 3,000 charities, {lots:.0f} MB for 30,000"
    control = grown(large, "holds all")
    assert control > lots + 10, f"the control took {control:.0f} MB, streaming {lots:.0f} MB"


# F42: killed while applying -----------------------------------------------------------------------------------------
WORKER = """
import sys, time, django
django.setup()
from pathlib import Path
from organisations.imports.extract.importer import CharityExtractImporter
from vcse_portal.imports.operations import apply_import
class Slow(CharityExtractImporter):
    batch_size = 50
    def apply(self, batch, *, by):
        super().apply(batch, by=by)
        if sys.argv[3] == "commits":  # the control: an import that is not one transaction
            from django.db import connection
            connection.connection.commit()
        Path(sys.argv[2]).touch()
        time.sleep(0.4)
from vcse_portal.imports import registry
registry._kinds["charity_extract"] = Slow
apply_import(int(sys.argv[1]))
"""


def killed_in_the_middle(tmp_path, way: str) -> ImportRun:
    one = Extract()
    for n in range(400):
        more = one.charity(1_000_000 + n, f"CHARITY {n}")
        more(
            "area_of_operation",
            geographic_area_type="Local Authority",
            geographic_area_description="Trafford",
        )
    one.charity(1_000_000, "BRANCH", organisation=77, linked=1)
    folder = one.folder(tmp_path / "extract")
    options = {"area": "Trafford", "within": "area"}
    run = run_now(folder, kind="charity_extract", options=options, preview_only=True)
    ask_to_apply(run.pk, by=None)
    sign = tmp_path / "written"
    worker = subprocess.Popen(
        [sys.executable, "-c", WORKER, str(run.pk), str(sign), way], cwd=ROOT, env=environment()
    )
    end = time.monotonic() + 60
    while not sign.exists():
        assert time.monotonic() < end, "the worker never wrote"
        assert worker.poll() is None, "the worker died by itself"
        time.sleep(0.02)
    worker.send_signal(signal.SIGKILL)
    worker.wait()
    return run


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_f42_worker_killed_while_applying_leaves_nothing_and_the_run_is_repeated(tmp_path):
    run = killed_in_the_middle(tmp_path, "as it is")
    assert (Organisation.objects.count(), Identifier.objects.count(), Link.objects.count()) == (0, 0, 0)
    run.refresh_from_db()
    assert (run.status, run.rows.filter(target_id__isnull=False).count()) == ("applying", 0)
    with time_machine.travel(timezone.now() + timedelta(minutes=2)):
        end = time.monotonic() + 30
        while apply_import(run.pk).status != "applied":
            assert time.monotonic() < end, "the dead worker's lock is still held"
            time.sleep(0.2)
    assert (Organisation.objects.count(), Link.objects.count()) == (401, 1)
    assert undo_now(run.pk).kept == 0
    assert Organisation.objects.count() == 0


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_f42_control_an_import_that_commits_as_it_goes_leaves_half(tmp_path):
    killed_in_the_middle(tmp_path, "commits")
    assert 0 < Organisation.objects.count() < 401


# F23 and F26 --------------------------------------------------------------------------------------------------------
@pytest.mark.slow
@pytest.mark.django_db
def test_f23_a_bomb_is_refused_at_once(tmp_path):
    path = tmp_path / "bomb.zip"
    archive = zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=1)
    with archive, archive.open("publicextract.charity.txt", "w") as member:
        for _ in range(300):
            member.write(b"\0" * MB)
    began = time.monotonic()
    with pytest.raises(Refused, match="unpacks to far more than a table would"):
        run_now(path, kind="charity_extract", options={"area": "Trafford"})
    assert time.monotonic() - began < 1
    assert not ImportRun.objects.exists()


@pytest.mark.django_db
def test_f23_names_that_climb_stay_where_they_are(tmp_path):
    one = Extract()
    one.charity(1_000_000, "CHARITY")
    path = tmp_path / "climbing.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("../../../tmp/publicextract.charity.txt", one.text("charity"))
    with pytest.raises(Refused, match="The table of areas of operation is missing"):
        run_now(path, kind="charity_extract", options={"area": "Trafford"})
    assert sorted(p.name for p in tmp_path.iterdir()) == ["climbing.zip", "media"]


@given(content=st.binary(max_size=400), is_json=st.booleans(), keeps_heading=st.booleans())
@hypothesis_settings(
    max_examples=80, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None
)
def test_f26_any_bytes_are_rows_or_a_sentence(tmp_path, content, is_json, keeps_heading):
    start = b"[" if is_json else Extract().text("charity_policy") if keeps_heading else b""
    path = tmp_path / "x.zip"
    path.write_bytes(zipped("publicextract.charity_policy.txt", start + content))
    with suppress(Refused):
        rows = list(tables.read(path, "publicextract.charity_policy.txt", ("policy_name",)))
        assert all(len(row) == 1 for row in rows)


@given(
    st.lists(
        st.fixed_dictionaries(
            {},
            optional={name: st.text(max_size=60) for name in TABLES["charity"] if name != "date_of_extract"},
        ),
        max_size=4,
    )
)
@hypothesis_settings(
    max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None
)
@pytest.mark.django_db
def test_f26_any_cells_end_in_a_result_or_a_sentence(tmp_path, rows):
    keys = {
        "organisation_number": "1",
        "registered_charity_number": "1000000",
        "charity_registration_status": "Registered",
    }
    items = [dict.fromkeys(TABLES["charity"], "") | row | {"date_of_extract": "2026-11-01"} for row in rows]
    items = [item | {name: item[name] or text for name, text in keys.items()} for item in items]
    area = dict.fromkeys(TABLES["charity_area_of_operation"], "") | keys_of_area()
    path = tmp_path / "x.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("publicextract.charity.json", json.dumps(items))
        archive.writestr("publicextract.charity_area_of_operation.json", json.dumps([area]))
    sentence = ""
    try:
        run = run_now(path, kind="charity_extract", options={"area": "Trafford", "within": "area"})
        assert sum(run.counts.values()) == run.total == run.rows.count()
    except Refused as refused:
        sentence = str(refused)
    assert "fault on our side" not in sentence


def keys_of_area() -> dict:
    return {
        "organisation_number": "1",
        "geographic_area_type": "Local Authority",
        "geographic_area_description": "Trafford",
    }
