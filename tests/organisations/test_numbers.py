"""Numbers in other registers: any number of them, checked, flagged when dropped, never lost by a form."""

from datetime import date

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone

from organisations import operations
from organisations.models import Identifier
from tests.factories import make_officer
from tests.organisations.factories import make_lead, make_organisation
from vcse_portal.history.timeline import timeline
from vcse_portal.search.find import Ask, by_rank, understand
from vcse_portal.search.models import Audience

pytestmark = pytest.mark.django_db


def found(words: str) -> list[int]:
    ask = Ask(audience=Audience.EVERYONE, q=words, kind="organisation")
    return by_rank(ask, understand(ask), size=10, offset=0).ids


def test_add_number_is_found_however_it_is_typed_and_in_the_history():
    thing, officer = make_organisation("Club"), make_officer()
    added = operations.add_number(thing.pk, scheme="GB-CHC", number="Reg. charity no. 1164883-0", by=officer)
    assert (added.number, added.checked_on) == ("1164883", timezone.localdate())
    operations.add_number(thing.pk, scheme="GB-COH", number="2534145", by=officer)
    for words in ("1164883", "CC 1164883", "GB-CHC-1164883", "02534145", "2534145"):
        assert found(words) == [thing.pk], words
    assert timeline(thing)[0].what == "Number added"
    assert operations.add_number(thing.pk, scheme="GB-CHC", number="1164883", by=officer) == added


def test_add_number_refuses_what_is_no_number_and_anothers():
    one, other, officer = make_organisation("One"), make_organisation("Other"), make_officer()
    operations.add_number(one.pk, scheme="GB-CHC", number="1164883", by=officer)
    with pytest.raises(ValidationError, match="already belongs to One"):
        operations.add_number(other.pk, scheme="GB-CHC", number="1164883", by=officer)
    with pytest.raises(ValidationError, match="not a charity number"):
        operations.add_number(other.pk, scheme="GB-CHC", number="12", by=officer)
    assert other.identifiers.count() == 0


def test_check_number_flags_what_the_register_dropped_and_takes_the_flag_back():
    thing, officer = make_organisation(numbers={"GB-CHC": "1164883"}), make_officer()
    number = thing.identifiers.get()
    operations.check_number(number.pk, by=officer, removed_on=date(2026, 5, 1), reason="Ceased to exist")
    number.refresh_from_db()
    assert (number.removed_on, number.removal_reason) == (date(2026, 5, 1), "Ceased to exist")
    operations.check_number(number.pk, by=officer, reason="left over")
    number.refresh_from_db()
    assert (number.removed_on, number.removal_reason) == (None, "")
    with pytest.raises(ValidationError, match="future"):
        operations.check_number(number.pk, by=officer, removed_on=date(2999, 1, 1))


def test_edit_keeps_the_other_numbers_of_a_kind():
    thing, officer = make_organisation(numbers={"GB-CHC": "1164883"}), make_officer()
    operations.add_number(thing.pk, scheme="GB-CHC", number="203460", by=officer)
    thing = operations.edit_organisation(thing.pk, version=1, by=officer, numbers={"GB-CHC": "1164884"})
    held = set(Identifier.objects.values_list("number", flat=True))
    assert held == {"1164884", "203460"}
    operations.edit_organisation(thing.pk, version=2, by=officer, numbers={"GB-CHC": ""})
    assert set(Identifier.objects.values_list("number", flat=True)) == {"203460"}


def test_numbers_page_adds_checks_and_takes_off(sign_in):
    thing = make_organisation("Club")
    client, url = sign_in(make_officer()), f"/organisations/{thing.pk}/numbers/"
    assert "No numbers yet" in client.get(url).content.decode()
    assert client.post(url, {"scheme": "GB-COH", "number": "2534145"}).status_code == 302
    assert "not a company number" in client.post(url, {"scheme": "GB-COH", "number": "x"}).content.decode()
    number = thing.identifiers.get()
    check = f"{url}{number.pk}/"
    assert "Enter the day it was removed" in client.post(check, {"found": "no"}).content.decode()
    day = {"removed_on_0": "1", "removed_on_1": "5", "removed_on_2": "2026"}
    assert client.post(check, {"found": "no", "reason": "Dissolved", **day}).status_code == 302
    public = client.get(thing.get_absolute_url()).content.decode()
    assert "Removed from that register on 1 May 2026" in public
    assert client.post(check, {"found": "yes"}).status_code == 302
    assert client.post(f"{check}remove/").status_code == 302
    assert client.post(f"{check}remove/").status_code == 302  # a second click
    assert thing.identifiers.count() == 0


def test_numbers_are_for_officers(sign_in):
    thing = make_organisation(numbers={"GB-CHC": "1164883"})
    client = sign_in(make_lead(thing))
    assert client.get(f"/organisations/{thing.pk}/numbers/").status_code == 403
