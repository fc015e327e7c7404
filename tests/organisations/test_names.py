import pytest

from organisations.names import readable


@pytest.mark.parametrize(
    ("register", "shown"),
    [
        ("CEDARS PRE-SCHOOL", "Cedars Pre-School"),
        ("THE FRIENDS OF ST JOHN", "The Friends of St John"),
        (
            "DUKINFIELD BAPTIST CHURCH (TRUST FUNDS HELD ICW )",
            "Dukinfield Baptist Church (Trust Funds Held Icw)",
        ),
        ("1ST  SALE   SCOUT GROUP ", "1st Sale Scout Group"),
        ("ALTRINCHAM YMCA", "Altrincham YMCA"),
        ("Already Written by People", "Already Written by People"),
        ("HARROW MENCAP LTD", "Harrow Mencap Ltd"),
        ("O'NEILL TRUST", "O'neill Trust"),
        ("AGE UK", "AGE UK"),
    ],
)
def test_readable(register, shown):
    assert readable(register) == shown
