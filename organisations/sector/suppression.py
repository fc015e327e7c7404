"""Small numbers are not shown, nor can they be worked out from what is.

A number under five is hidden. Where the numbers of a table add up to a total that is shown, one hidden number
could be had by subtraction, and two hidden ones that add up to little would say that both are small: so further
numbers are hidden, smallest first, until at least two are and together they come to five or more. Which of the
hidden are small and which were hidden to protect them is not said: every one of them may be any number from nought.
"""

from collections.abc import Sequence

FEWEST = 5  # organisations; fewer are not shown
HIDDEN = None


def hidden(numbers: Sequence[int], *, adds_up: bool, fixed: Sequence[bool] | None = None) -> set[int]:
    """Positions to hide. `adds_up`: the total of the numbers is shown; `fixed`: positions that must be hidden too."""
    small = {i for i, number in enumerate(numbers) if number < FEWEST}
    small |= {i for i, is_hidden in enumerate(fixed or ()) if is_hidden}
    if not adds_up or not small:
        return small
    others = sorted((i for i in range(len(numbers)) if i not in small), key=lambda i: (numbers[i], i))
    while others and (len(small) < 2 or sum(numbers[i] for i in small) < FEWEST):
        small.add(others.pop(0))
    return small


def is_small(number: int) -> bool:
    return number < FEWEST
