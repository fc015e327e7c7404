"""P17: the national register of charities: all new, again with nothing changed, and with 10% changed.

Measured are the time the import waits for the database, the processor time of its database process, the highest
mark of its memory, and how long others, who meanwhile save records by the hundredth, wait for theirs.
"""

import os
import re
import subprocess
import sys
import time
import zipfile
from pathlib import Path

from . import boroughs

NUMBER = 180_000
BLOCK = 1_000
GOAL = "under 20 s of database time, memory flat, others' saves 95% under 50 ms"
DAY = "2026-11-01 00:00:00.0000000"
KEYS = ("date_of_extract", "organisation_number", "registered_charity_number", "linked_charity_number")
WORDS = "Runs evenings, lunches and advice for people of all ages in and around the parish. " * 4


def run(number: int = NUMBER) -> dict:
    """{what: {database seconds, database CPU, seconds, MB, others' p50, p95 and worst in ms, counts}}."""
    name = "bench_import"
    if boroughs.create(name):
        boroughs.manage(name, "migrate", "-v0")
        boroughs.manage(
            name, "shell", "-v0", "-c", "from script.bench_cases.boroughs import lay_out; lay_out()"
        )
    folder = Path(os.environ["LOCAL_DIR"]) / "bench" / f"extract_{number}"
    found = {}
    for what, changed in (("all new", 0), ("nothing changed", 0), ("10% changed", number // 10)):
        extract(folder, number, changed)
        found[what] = _measured(name, folder, with_others=what != "all new")
    found["undone"] = _measured(name, folder, with_others=False, deed="undo")
    return found


# A national extract ---------------------------------------------------------------------------------------------
def extract(folder: Path, number: int, changed: int) -> None:
    """Zips of the tables with `number` charities of one area; the first `changed` have another income."""
    folder.mkdir(parents=True, exist_ok=True)
    for table, (columns, rows) in TABLES.items():
        archive = zipfile.ZipFile(
            folder / f"publicextract.{table}.zip", "w", zipfile.ZIP_DEFLATED, compresslevel=1
        )
        with archive, archive.open(f"publicextract.{table}.txt", "w", force_zip64=True) as file:
            file.write(("\t".join(columns) + "\r\n").encode())
            for start in range(0, number, BLOCK):
                lines = (
                    "\t".join(map(str, line)) + "\r\n"
                    for n in range(start, min(start + BLOCK, number))
                    for line in rows(1_000_000 + n, n < changed)
                )
                file.write("".join(lines).encode())


def _charity(n: int, is_changed: bool):
    facts = (f"ST {n:X} PARISH CHARITY ", "Trust", "Registered", "1990-01-01 00:00:00.0000000", "")
    money = ("2025-03-31 00:00:00.0000000", (n % 997) * 100 + (7 if is_changed else 0))
    contact = (f"{n % 90} HIGH STREET", "ALDERBROOK", "", "", "", f"M{n % 90 + 1} {n % 9}AB", "020 7946 0656")
    yield (
        DAY,
        n,
        n,
        0,
        *facts,
        *money,
        *contact,
        f"c{n}@example.org",
        f"www.c{n}.example",
        "",
        "False",
        "",
        WORDS,
    )


TABLES = {
    "charity": (
        (
            *KEYS,
            *("charity_name", "charity_type", "charity_registration_status", "date_of_registration"),
            *("date_of_removal", "latest_acc_fin_period_end_date", "latest_income"),
            *(f"charity_contact_address{n}" for n in range(1, 6)),
            *("charity_contact_postcode", "charity_contact_phone", "charity_contact_email"),
            *("charity_contact_web", "charity_company_registration_number", "charity_insolvent"),
            *("charity_in_administration", "charity_activities"),
        ),
        _charity,
    ),
    "charity_area_of_operation": (
        (
            *KEYS,
            *("geographic_area_type", "geographic_area_description", "parent_geographic_area_description"),
            "welsh_ind",
        ),
        lambda n, _c: [(DAY, n, n, 0, "Local Authority", "Alderbrook", "Greater London", "False")],
    ),
    "charity_classification": (
        (*KEYS, "classification_code"),
        lambda n, _c: [(DAY, n, n, 0, code) for code in (101 + n % 17, 201 + n % 7, 207, 301 + n % 10)],
    ),
    "charity_trustee": (
        (*KEYS, "trustee_id", "trustee_name"),
        lambda n, _c: [(DAY, n, n, 0, i, "Somebody") for i in range(3 + n % 5)],
    ),
    "charity_other_names": (
        (*KEYS, "charity_name_type", "charity_name"),
        lambda n, _c: [(DAY, n, n, 0, "Working name", f"PARISH {n:X} FUND")] if n % 3 == 0 else [],
    ),
    "charity_governing_document": (
        (*KEYS, "governing_document_description", "charitable_objects"),
        lambda n, _c: [(DAY, n, n, 0, "TRUST DEED DATED 4 JUNE 1970", WORDS)],
    ),
    "charity_annual_return_parta": (
        (*KEYS[:3], "latest_fin_period_submitted_ind", "count_volunteers"),
        lambda n, _c: [(DAY, n, n, "True", n % 40)],
    ),
    "charity_annual_return_partb": (
        (*KEYS[:3], "latest_fin_period_submitted_ind", "count_employees"),
        lambda n, _c: [(DAY, n, n, "True", n % 12)] if n % 9 == 0 else [],
    ),
}


# One import, measured in a process of its own ---------------------------------------------------------------------
def _measured(name: str, folder: Path, *, with_others: bool, deed: str = "apply") -> dict:
    environment = os.environ | boroughs.environment(name, MEDIA_ROOT=str(folder.parent / "media"))
    environment |= {"DEBUG": "1", "DJANGO_SETTINGS_MODULE": "vcse_portal.settings"}
    program = [sys.executable, "-m", "script.bench_cases.imports"]
    others = (
        subprocess.Popen([*program, "others"], env=environment, stdout=subprocess.PIPE)
        if with_others
        else None
    )
    try:
        done = subprocess.run(
            [*program, deed, str(folder)], env=environment, stdout=subprocess.PIPE, check=True
        )
    finally:
        if others:
            others.terminate()
    found = dict(pair.split("=") for pair in done.stdout.decode().split())
    if others:
        found |= dict(pair.split("=") for pair in others.communicate()[0].decode().split())
    return found


class Watch:
    """Seconds spent waiting for the database, and what its process used of the processor."""

    def __init__(self):
        from django.db import connection
        from django.db.backends.utils import CursorWrapper

        self.seconds, self.rows = 0.0, 0
        connection.ensure_connection()
        self.pid = connection.connection.get_backend_pid()
        CursorWrapper.copy_expert = lambda cursor, *args: self._timed(cursor.cursor.copy_expert, *args)
        connection.execute_wrappers.insert(0, lambda execute, *args: self._timed(execute, *args))

    def _timed(self, call, *args):
        began = time.perf_counter()
        try:
            return call(*args)
        finally:
            self.seconds += time.perf_counter() - began

    def cpu(self) -> float:
        from .load import _seconds

        return _seconds(self.pid)


def one_import(deed: str, folder: Path) -> None:
    import django

    django.setup()
    from vcse_portal.imports.models import ImportRun
    from vcse_portal.imports.operations import apply_import, ask_to_apply, run_now, undo_now

    watch, began, cpu = Watch(), time.perf_counter(), 0.0
    cpu = watch.cpu()
    if deed == "undo":
        run = undo_now(ImportRun.objects.filter(status="applied").latest("pk").pk)
        _say(undo=f"{time.perf_counter() - began:.1f}", undo_database=f"{watch.seconds:.1f}", kept=run.kept)
        return
    options = {"area": "Alderbrook", "within": "area"}
    run = run_now(folder, kind="charity_extract", options=options, preview_only=True)
    preview, preview_cpu, preview_database = time.perf_counter() - began, watch.cpu() - cpu, watch.seconds
    began, cpu, watch.seconds = time.perf_counter(), watch.cpu(), 0.0
    ask_to_apply(run.pk, by=None)
    run = apply_import(run.pk)
    memory = int(re.search(r"VmHWM:\s+(\d+)", Path("/proc/self/status").read_text())[1]) // 1024
    _say(
        preview=f"{preview:.1f}",
        preview_database=f"{preview_database:.1f}",
        preview_cpu=f"{preview_cpu:.1f}",
        apply=f"{time.perf_counter() - began:.1f}",
        apply_database=f"{watch.seconds:.1f}",
        apply_cpu=f"{watch.cpu() - cpu:.1f}",
        memory=memory,
        new=run.counts["new"],
        changed=run.counts["changed"],
        unchanged=run.counts["unchanged"],
    )


def others() -> None:
    """Somebody saves a record picked at random, ten times a second, until told to stop."""
    import random
    import signal

    import django

    django.setup()
    from django.core.exceptions import ValidationError
    from django.db import OperationalError

    from organisations.models import Organisation
    from organisations.operations import edit_organisation

    took, stopped, refused = [], [], 0
    signal.signal(signal.SIGTERM, lambda *_: stopped.append(True))
    low, high = (
        Organisation.objects.order_by("pk").first().pk,
        Organisation.objects.order_by("-pk").first().pk,
    )
    while not stopped:
        time.sleep(0.1)
        one = Organisation.objects.filter(pk__gte=random.randint(low, high)).order_by("pk").first()  # noqa: S311
        began = time.perf_counter()
        try:
            edit_organisation(one.pk, version=one.version, by=None, opening_text=f"Mondays {began:.0f}")
        except (OperationalError, ValidationError):  # waited too long for its record, or it changed meanwhile
            refused += 1
        took.append((time.perf_counter() - began) * 1000)
    took.sort()
    _say(
        saves=len(took),
        refused=refused,
        p50=f"{took[len(took) // 2]:.0f}ms",
        p95=f"{took[int(len(took) * 0.95)]:.0f}ms",
        worst=f"{took[-1]:.0f}ms",
    )


def _say(**facts) -> None:
    print(" ".join(f"{name}={fact}" for name, fact in facts.items()), flush=True)


if __name__ == "__main__":
    others() if sys.argv[1] == "others" else one_import(sys.argv[1], Path(sys.argv[2]))
