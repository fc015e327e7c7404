"""Preview, apply, undo: what is written, what is kept, and what a second run does."""

from datetime import timedelta
from pathlib import Path

import pytest
from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.utils import timezone

from tests.factories import make_officer, make_theme
from vcse_portal import history
from vcse_portal.borough.models import Theme
from vcse_portal.imports import Outcome, Refused
from vcse_portal.imports.models import ImportRun
from vcse_portal.imports.operations import (
    accept_rows,
    apply_import,
    ask_to_apply,
    ask_to_undo,
    forget_old_files,
    preview_import,
    run_now,
    start_import,
    undo_import,
    undo_now,
)

pytestmark = pytest.mark.django_db
ZEROS = {"new": 0, "changed": 0, "unchanged": 0, "suspicious": 0, "rejected": 0}
FILE = """Theme code,Theme name,Description
health,Health and wellbeing,
housing,Housing,Homes
arts,ARTS,
sport,Sport,
sport,Sports,
two words,Wrong,
blank,NA,
"""


@pytest.fixture
def borough(db):
    return make_theme("Health", code="health"), make_theme("Sport", code="sport")


def test_preview_counts_every_row_once_and_changes_nothing(borough, write):
    run = run_now(write(FILE), preview_only=True)
    assert run.status == "previewed"
    assert run.kind == "test_themes"
    assert run.counts == {"new": 1, "changed": 1, "unchanged": 1, "suspicious": 1, "rejected": 3}
    assert run.total == 7
    assert list(Theme.objects.values_list("name", flat=True)) == ["Health", "Sport"]
    rows = {row.row_number: row for row in run.rows.all()}
    assert rows[2].changes == {"name": ["Health", "Health and wellbeing"]}
    assert rows[4].reasons == ["The name is written in capitals."]
    assert rows[5].raw == {}
    assert rows[6].reasons == ["Row 5 has the same code. Only the first was read."]
    assert rows[7].reasons == ["The code must be one word of lower-case letters."]
    assert rows[8].raw == {"Theme code": "blank", "Theme name": "", "Description": ""}


def test_apply_writes_new_and_changed_rows_only(borough, write):
    run = run_now(write(FILE))
    assert run.status == "applied"
    assert run.counts == {"new": 1, "changed": 1, "unchanged": 1, "suspicious": 1, "rejected": 3}
    names = dict(Theme.objects.values_list("code", "name"))
    assert names == {"health": "Health and wellbeing", "sport": "Sport", "housing": "Housing"}
    assert run.rows.get(row_number=3).target_id == Theme.objects.get(code="housing").pk


def test_apply_is_in_the_history_of_each_record(borough, write):
    officer = make_officer()
    run = run_now(write(FILE), by=officer)
    event = Theme.objects.get(code="housing").events.get()
    assert event.pgh_context.metadata["deed"] == "imported"
    assert event.pgh_context.metadata["user"] == officer.pk
    assert event.pgh_context.metadata["import_run"] == run.pk
    assert borough[1].events.count() == 1  # the unchanged one was not touched


def test_apply_of_the_same_file_again_changes_nothing(borough, write):
    run_now(write(FILE))
    again = run_now(write(FILE))
    assert again.counts == {"new": 0, "changed": 0, "unchanged": 3, "suspicious": 1, "rejected": 3}


def test_apply_writes_a_suspicious_row_that_was_ticked(borough, write):
    officer = make_officer()
    run = run_now(write(FILE), preview_only=True)
    assert accept_rows(run.pk, [4, 7], by=officer) == 1
    ask_to_apply(run.pk, by=officer)
    run = apply_import(run.pk)
    assert run.counts["new"] == 2
    assert run.counts["suspicious"] == 0
    assert Theme.objects.get(code="arts").name == "ARTS"
    with pytest.raises(ValidationError):
        accept_rows(run.pk, [], by=officer)


def test_apply_leaves_out_what_was_not_as_previewed(borough, write):
    run = run_now(write(FILE), preview_only=True)
    Theme.objects.filter(code="health").update(name="Health, renamed meanwhile")
    make_theme("Housing", code="housing")
    ask_to_apply(run.pk, by=None)
    run = apply_import(run.pk)
    assert run.counts == {"new": 0, "changed": 0, "unchanged": 1, "suspicious": 3, "rejected": 3}
    assert Theme.objects.get(code="health").name == "Health, renamed meanwhile"
    assert "changed since the preview" in run.rows.get(row_number=2).reasons[0]


def test_ask_to_apply_a_second_time_is_refused(borough, write):
    run = run_now(write(FILE), preview_only=True)
    ask_to_apply(run.pk, by=None)
    with pytest.raises(ValidationError, match="being applied"):
        ask_to_apply(run.pk, by=None)


def test_apply_import_twice_writes_once(borough, write):
    run = run_now(write(FILE))
    assert apply_import(run.pk).status == "applied"
    assert Theme.objects.count() == 3


def test_apply_that_fails_changes_nothing_and_can_be_repeated(borough, write, theme_importer, monkeypatch):
    run = run_now(write(FILE), preview_only=True)
    monkeypatch.setattr(theme_importer, "finish", lambda self, *, by: 1 / 0)
    ask_to_apply(run.pk, by=None)
    run = apply_import(run.pk)
    assert run.status == "previewed"
    assert "Nothing was changed" in run.refusal
    assert Theme.objects.count() == 2
    monkeypatch.undo()
    ask_to_apply(run.pk, by=None)
    assert apply_import(run.pk).status == "applied"
    assert Theme.objects.count() == 3


def test_undo_puts_everything_back(borough, write):
    run = undo_now(run_now(write(FILE)).pk)
    assert run.status == "undone"
    assert (run.put_back, run.kept) == (2, 0)
    assert dict(Theme.objects.values_list("code", "name")) == {"health": "Health", "sport": "Sport"}


def test_undo_keeps_what_was_edited_since_and_lists_it(borough, write):
    run = run_now(write(FILE))
    with history.deed("edited", by=make_officer()):
        Theme.objects.filter(code="health").update(description="Edited by hand")
    run = undo_now(run.pk)
    assert (run.put_back, run.kept) == (1, 1)
    assert run.rows.get(row_number=2).kept == "It has been edited since."
    assert dict(Theme.objects.values_list("code", "name")) == {
        "health": "Health and wellbeing",
        "sport": "Sport",
    }


def test_undo_of_a_run_that_is_not_applied_is_refused(borough, write):
    run = run_now(write(FILE), preview_only=True)
    with pytest.raises(ValidationError, match="cannot be undone"):
        ask_to_undo(run.pk, by=None)
    assert undo_import(run.pk).status == "previewed"


def test_start_import_recognises_headings_in_any_case_and_spacing(write):
    run = run_now(write("\ufeff THEME  NAME ;theme code\nHousing;housing\n"), preview_only=True)
    assert run.kind == "test_themes"
    assert run.counts == ZEROS | {"new": 1}


def test_start_import_refuses_another_kinds_columns_and_keeps_no_file(write, settings, tmp_path):
    with pytest.raises(Refused, match="Missing columns: Theme code, Theme name"):
        run_now(write("Name,Colour\na,b\n"), kind="test_themes")
    with pytest.raises(Refused, match="We do not know this kind of file. Its columns are: Name, Colour"):
        run_now(write("Name,Colour\na,b\n"))
    assert ImportRun.objects.count() == 0
    assert [p for p in (tmp_path / "media").rglob("*") if p.is_file()] == []


def test_start_import_recognises_only_what_the_person_may_import(write):
    with pytest.raises(Refused):
        run_now(write(FILE), by=make_officer("property"))


def test_start_import_keeps_only_a_harmless_file_name(write):
    run = start_import(ContentFile(FILE.encode()), file_name="..\\..\\a/b\n/themes.csv")
    assert run.file_name == "themes.csv"
    assert run.file.name.startswith("imports/")
    assert "themes" not in run.file.name


def test_preview_refuses_a_file_whose_row_does_not_fit(write):
    run = start_import(ContentFile(b"Theme code,Theme name\na,b\nc,d,e\n"), file_name="x.csv")
    run = preview_import(run.pk)
    assert run.status == "refused"
    assert run.refusal.startswith("Row 3 has 3 columns, but the heading has 2.")
    assert run.rows.count() == 0


def test_preview_refuses_a_heading_without_rows(write):
    with pytest.raises(Refused, match="no rows"):
        run_now(write("Theme code,Theme name\n\n,\n"))


def test_forget_old_files_keeps_what_was_done_and_its_undo(write, borough, run_on_commit):
    applied, waiting = run_now(write(FILE)), run_now(write(FILE), preview_only=True)
    paths = [Path(run.file.path) for run in (applied, waiting)]
    assert forget_old_files(timezone.now() + timedelta(days=89)) == 0
    with run_on_commit():
        assert forget_old_files(timezone.now() + timedelta(days=91)) == 2
    assert forget_old_files(timezone.now() + timedelta(days=91)) == 0
    assert [path.exists() for path in paths] == [False, False]
    waiting.refresh_from_db()
    assert waiting.status == "refused"
    assert applied.rows.exclude(raw={}).count() == 0
    assert undo_now(applied.pk).put_back == 2


def test_apply_asks_a_constant_number_of_queries_for_a_thousand_rows(write, django_assert_max_num_queries):
    lines = "".join(f"theme-{n},Theme {n}\n" for n in range(2_500))
    run = run_now(write("Theme code,Theme name\n" + lines), preview_only=True)
    assert run.counts == ZEROS | {"new": 2_500}
    ask_to_apply(run.pk, by=None)
    with django_assert_max_num_queries(40):
        assert apply_import(run.pk).counts == ZEROS | {"new": 2_500}
    assert run.rows.filter(outcome=Outcome.NEW, target_id__isnull=False).count() == 2_500


def test_reference_data_remembers_no_keys_beyond_a_batch(write, theme_importer, monkeypatch):
    """Millions of keys would fill the memory: its importers settle what is there twice with what we hold."""
    path = write("Theme code,Theme name\na,First\na,Again\nb,Bee\na,Last\n")
    assert run_now(path, preview_only=True).counts == ZEROS | {"new": 2, "rejected": 2}
    monkeypatch.setattr(theme_importer, "keeps_rows", False)
    monkeypatch.setattr(theme_importer, "batch_size", 2)
    assert run_now(path).counts == ZEROS | {"new": 2, "changed": 1, "rejected": 1}
    assert list(Theme.objects.order_by("code").values_list("name", flat=True)) == ["Last", "Bee"]
