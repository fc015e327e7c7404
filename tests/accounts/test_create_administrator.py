import re

import pytest
from django.core.management import CommandError, call_command

from tests.factories import make_administrator, make_officer, make_user
from vcse_portal.accounts.models import Invitation, User

pytestmark = pytest.mark.django_db


def run(capsys, *args) -> str:
    call_command("create_administrator", *args)
    return capsys.readouterr().out


def test_a_fresh_installation_gets_its_first_administrator(client, capsys):
    said = run(capsys, "Ann@Council.example", "--name", "Ann Ashe")
    address = re.search(r"http\S+", said).group()
    path = address[address.index("/accounts/") :]
    assert "1 invitation made." in said
    assert client.get(path).status_code == 200
    client.post(path, {"name": "Ann Ashe", "password": "three-quiet-words"})
    user = User.objects.get()
    assert (user.email, user.roles) == ("ann@council.example", ["administrator"])


def test_running_it_again_sends_a_new_link(client, capsys):
    first, second = run(capsys, "ann@council.example"), run(capsys, "ann@council.example")
    assert Invitation.objects.count() == 1
    links = [re.search(r"/accounts/invitation/\S+", said).group() for said in (first, second)]
    assert [client.get(link).status_code for link in links] == [410, 200]


def test_somebody_who_signs_in_already_gets_the_role(client, capsys):
    officer = make_officer("property", email="ann@council.example")
    client.force_login(officer)
    assert "1 account changed." in run(capsys, "ANN@council.example")
    officer.refresh_from_db()
    assert officer.roles == ["property", "administrator"]


@pytest.mark.parametrize("email", ["nonsense", ""])
def test_what_is_no_address_is_refused(email):
    with pytest.raises(CommandError, match="valid email"):
        call_command("create_administrator", email)


def test_an_account_never_used_gets_the_role(capsys):
    unused = make_user(email="cy@council.example")
    assert "1 account changed." in run(capsys, "cy@council.example")
    unused.refresh_from_db()
    assert unused.roles == ["administrator"]


def test_a_closed_account_is_refused():
    make_administrator(email="bo@council.example", is_active=False)
    with pytest.raises(CommandError, match="closed"):
        call_command("create_administrator", "bo@council.example")
