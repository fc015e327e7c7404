"""The command that writes the register: what the public may have, unless the private is asked for."""

import csv
import json

import pytest
from django.core.management import CommandError, call_command

from organisations.export import HEADER, PUBLIC_HEADER
from tests.organisations.factories import make_organisation

pytestmark = pytest.mark.django_db


def written(tmp_path, form: str, **options) -> str:
    path = tmp_path / f"register.{form}"
    call_command("export_organisations", format=form, output=path, **options)
    return path.read_bytes().decode("utf-8-sig")


@pytest.fixture(autouse=True)
def register():
    make_organisation("Open Door")
    make_organisation("Quiet House", is_published=False, status_reason="Hidden reason")
    make_organisation("Gone", status="closed")


def test_csv_holds_what_the_public_may_have(tmp_path, capsys):
    header, *rows = csv.reader(written(tmp_path, "csv").splitlines())
    assert (tuple(header), [row[0] for row in rows]) == (PUBLIC_HEADER, ["Open Door"])
    assert capsys.readouterr().out.startswith("organisations=1 bytes=")


def test_csv_with_private_holds_the_whole_register(tmp_path):
    header, *rows = csv.reader(written(tmp_path, "csv", with_private=True).splitlines())
    assert (tuple(header), [row[0] for row in rows]) == (HEADER, ["Gone", "Open Door", "Quiet House"])
    assert rows[2][HEADER.index("Reason for the status")] == "Hidden reason"


def test_json_and_open_referral_hold_what_the_public_may_have(tmp_path):
    assert [o["name"] for o in json.loads(written(tmp_path, "json"))["organisations"]] == ["Open Door"]
    assert [o["name"] for o in json.loads(written(tmp_path, "oruk"))] == ["Open Door"]


def test_open_referral_is_never_private(tmp_path):
    with pytest.raises(CommandError, match="published data"):
        written(tmp_path, "oruk", with_private=True)


def test_a_file_that_cannot_be_written_leaves_nothing_half_done(tmp_path):
    with pytest.raises(CommandError, match="There is no folder"):
        call_command("export_organisations", format="csv", output=tmp_path / "none" / "register.csv")
    (tmp_path / "register.csv").mkdir()
    with pytest.raises(CommandError, match="cannot be written"):
        written(tmp_path, "csv")
    assert [path.name for path in tmp_path.iterdir()] == ["register.csv"]
