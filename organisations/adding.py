"""What is asked before a new record is made, by rooms above the register: is it there already?"""

from collections.abc import Callable

questions: list[Callable] = []


def question(function: Callable) -> Callable:
    """Register `function(form, user) -> list`: what must be looked at before a valid form is saved, or nothing."""
    questions.append(function)
    return function


def asked_first(form, user) -> list:
    return [one for function in questions for one in function(form, user)]
