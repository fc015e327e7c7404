import pytest
from django.core.exceptions import ValidationError

from organisations.identifiers import normalise, register_page
from organisations.models import Identifier

Scheme = Identifier.Scheme


@pytest.mark.parametrize(
    ("scheme", "typed", "stored"),
    [
        (Scheme.CHARITY, "1164883", "1164883"),
        (Scheme.CHARITY, "Reg. charity no. 1164883", "1164883"),
        (Scheme.CHARITY, "1164883-0", "1164883"),
        (Scheme.CHARITY, "203460-1", "203460-1"),
        (Scheme.CHARITY, "CC 1164883", "1164883"),
        (Scheme.CHARITY, "1164883.0", "1164883"),
        (Scheme.COMPANY, "2534145", "02534145"),
        (Scheme.COMPANY, "2324869.0", "02324869"),
        (Scheme.COMPANY, "sc 123456", "SC123456"),
        (Scheme.COMPANY, "IP28755R", "IP28755R"),
        (Scheme.SCOTLAND, "sc009481", "SC009481"),
        (Scheme.AUTHORITY, "hrw", "HRW"),
        (Scheme.OTHER, " abc 1 ", "ABC 1"),
    ],
)
def test_normalise_gives_the_registers_form(scheme, typed, stored):
    assert normalise(scheme, typed) == stored


@pytest.mark.parametrize(
    ("scheme", "typed"),
    [
        (Scheme.CHARITY, "12345"),
        (Scheme.CHARITY, "words"),
        (Scheme.COMPANY, "1234"),
        (Scheme.COMPANY, "123456789"),
        (Scheme.SCOTLAND, "009481"),
        (Scheme.OTHER, "x" * 41),
    ],
)
def test_normalise_refuses_what_no_register_has(scheme, typed):
    with pytest.raises(ValidationError):
        normalise(scheme, typed)


def test_register_page_leads_to_the_main_charity():
    page = register_page(Identifier(scheme=Scheme.CHARITY, number="203460-1"))
    assert page.endswith("/charity-details/203460")


def test_register_page_is_empty_for_registers_without_one():
    assert register_page(Identifier(scheme=Scheme.OTHER, number="1")) == ""
