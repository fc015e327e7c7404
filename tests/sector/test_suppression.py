"""Small numbers cannot be worked out from what is shown: checked by trying, as a curious reader would."""

from hypothesis import given, settings
from hypothesis import strategies as st

from organisations.sector.suppression import FEWEST, hidden

TABLES = st.lists(st.integers(0, 12), min_size=1, max_size=8)


def possible(numbers, gone) -> dict[int, set[int]]:
    """What each hidden number may be, for a reader who knows the total and all that is shown."""
    left = sum(numbers[i] for i in gone)
    return {i: set(range(left + 1)) if len(gone) > 1 else {left} for i in gone}


def test_numbers_under_five_are_hidden():
    assert hidden([4, 5, 0, 9], adds_up=False) == {0, 2}


def test_a_single_small_number_takes_the_next_smallest_with_it():
    assert hidden([4, 30, 7, 9], adds_up=True) == {0, 2}


def test_two_that_come_to_little_take_a_third_with_them():
    assert hidden([1, 2, 30, 8], adds_up=True) == {0, 1, 3}


def test_nothing_small_hides_nothing():
    assert hidden([5, 6, 7], adds_up=True) == set()


def test_what_must_be_hidden_is_protected_too():
    assert hidden([50, 60, 70], adds_up=True, fixed=[False, True, False]) == {0, 1}


@given(TABLES)
@settings(max_examples=300, deadline=None)
def test_no_hidden_number_can_be_worked_out_from_the_total(numbers):
    gone = hidden(numbers, adds_up=True)
    assert {i for i, n in enumerate(numbers) if n < FEWEST} <= gone
    if sum(numbers) < FEWEST or not gone:
        return  # the total is not shown either
    for i, may_be in possible(numbers, gone).items():
        assert min(may_be) < FEWEST <= max(may_be), (numbers, gone, i)


def test_control_hiding_only_what_is_small_gives_a_single_one_away():
    numbers = [3, 10, 20]
    gone = {i for i, n in enumerate(numbers) if n < FEWEST}
    assert possible(numbers, gone) == {0: {3}}
