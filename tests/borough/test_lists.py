"""Directorates, themes, communities and outcomes: kept by hand and loaded from files."""

import json
from pathlib import Path

import pytest
from django.core.exceptions import ValidationError
from django.core.management import CommandError, call_command

from tests.factories import make_administrator
from vcse_portal import history
from vcse_portal.borough import codes
from vcse_portal.borough.models import Outcome, Theme
from vcse_portal.borough.operations import (
    close_listed,
    reorder_listed,
    save_community,
    save_directorate,
    save_outcome,
    save_theme,
)
from vcse_portal.imports.models import ImportRun
from vcse_portal.ui.conflict import Conflict

pytestmark = pytest.mark.django_db
FILES = Path(__file__).parent.parent / "files"


@pytest.fixture(autouse=True)
def media(settings, tmp_path):
    settings.MEDIA_ROOT = str(tmp_path / "media")


def test_save_adds_at_the_end_and_changes_by_code():
    administrator = make_administrator()
    first = save_directorate(code="adults", name="Adults", director="Director of adults", by=administrator)
    second = save_directorate(code="place", name="Place")
    again = save_directorate(code="adults", name="Adults and health", director="", by=administrator)
    assert second.position == first.position + 1
    assert again.pk == first.pk
    assert (again.name, again.director, again.position) == ("Adults and health", "", first.position)
    assert again.events.count() == 2
    assert save_community(code="carers", name="Carers").code == "carers"
    assert save_outcome(code="lonely", name="Fewer people are lonely", description="d").description == "d"


def test_save_of_an_older_version_is_refused():
    first = save_theme(code="arts", name="Arts")
    assert save_theme(code="arts", name="Culture", version=first.version).version == first.version + 1
    with pytest.raises(Conflict):
        save_theme(code="arts", name="The arts", version=first.version)
    assert Theme.objects.get().name == "Culture"


@pytest.mark.parametrize(("code", "name"), [("two words", "x"), ("", "x"), ("ok", ""), ("ok", "n" * 121)])
def test_save_refuses_what_cannot_be_a_code_or_a_name(code, name):
    with pytest.raises(ValidationError):
        save_theme(code=code, name=name)
    assert Theme.objects.count() == 0


def test_save_forgets_what_was_cached():
    save_theme(code="arts", name="Arts")
    assert codes.names("theme") == {"arts": "Arts"}
    save_theme(code="arts", name="Culture")
    assert codes.names("theme") == {"arts": "Culture"}


def test_close_twice_is_refused_and_choices_lose_it():
    save_theme(code="arts", name="Arts")
    close_listed("theme", "arts", by=None)
    assert codes.choices("theme") == []
    assert codes.names("theme") == {"arts": "Arts"}
    with pytest.raises(ValidationError, match="already closed"):
        close_listed("theme", "arts", by=None)


def test_reorder_refuses_an_unknown_code():
    save_theme(code="arts", name="Arts")
    with pytest.raises(ValidationError, match="Not in the list: sport"):
        reorder_listed("theme", ["sport"], by=None)


def load(capsys, name, path):
    call_command(name, path)
    return json.loads(capsys.readouterr().out.splitlines()[-1])


def test_load_themes_reads_a_file_twice_without_change(capsys):
    path = FILES / "lists_themes.csv"
    assert load(capsys, "load_themes", path) == {
        "new": 3,
        "changed": 0,
        "unchanged": 0,
        "suspicious": 0,
        "rejected": 0,
    }
    assert list(Theme.objects.values_list("code", "name", "description", "position")) == [
        ("health", "Health and wellbeing", "Staying well", 1),
        ("housing", "Housing and homes", "", 2),
        ("arts", "Arts, heritage and culture", "", 3),
    ]
    assert load(capsys, "load_themes", path)["unchanged"] == 3


@pytest.mark.parametrize("name", ["directorates", "communities", "outcomes"])
def test_load_lists_by_command(capsys, name, tmp_path):
    path = tmp_path / "list.csv"
    path.write_text("code,name\none,One\ntwo words,Two\n,Three\n")
    counts = load(capsys, f"load_{name}", path)
    assert (counts["new"], counts["rejected"]) == (1, 2)


def test_load_refuses_a_file_of_other_columns():
    with pytest.raises(CommandError, match="Missing columns: code, name"):
        call_command("load_outcomes", FILES / "postcodes_plain.csv")


def test_undo_import_takes_back_a_list_but_keeps_what_was_edited(capsys, tmp_path):
    save_outcome(code="one", name="Number one")
    path = tmp_path / "list.csv"
    path.write_text("code,name\none,One\ntwo,Two\nthree,Three\n")
    call_command("load_outcomes", path)
    with history.deed("edited"):
        Outcome.objects.filter(code="three").update(name="Edited")
    capsys.readouterr()
    call_command("undo_import", ImportRun.objects.get().pk)
    assert "2 put back, 1 kept." in capsys.readouterr().out
    assert list(Outcome.objects.values_list("code", "name", "is_current")) == [
        ("one", "Number one", True),
        ("two", "Two", False),
        ("three", "Edited", True),
    ]
    with pytest.raises(CommandError, match="cannot be undone"):
        call_command("undo_import", ImportRun.objects.get().pk)
    with pytest.raises(CommandError, match="There is no import 999"):
        call_command("undo_import", 999)
