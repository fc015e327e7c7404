"""Likely pairs, pairs told apart, merges done and undone."""

from organisations.duplicates import operations
from tests.organisations.factories import make_organisation

NEEDS = {
    **dict.fromkeys(("duplicates:choose", "duplicates:keep_apart"), "pair of records"),
    **dict.fromkeys(("duplicates:compare", "duplicates:merge_organisations"), "pair of records"),
    **dict.fromkeys(("duplicates:merge", "duplicates:merge_undo"), "merge"),
    "duplicates:distinction_withdraw": "distinction",
    "duplicates:start": "organisation",
}
ARGUMENTS = {"pair of records": lambda pair: [record.pk for record in pair]}


def things(ours, theirs, hidden, people) -> dict:
    officer = people["partnerships"]
    twice = [make_organisation("Weavers Twice") for _ in range(6)]
    done = operations.merge_organisations(twice[0].pk, twice[1].pk, by=officer)
    undone = operations.merge_organisations(twice[2].pk, twice[3].pk, by=officer)
    apart = operations.keep_apart(ours.pk, theirs.pk, reason="Secret reason.", by=officer)
    taken_back = operations.keep_apart(ours.pk, hidden.pk, by=officer)
    return {
        "pair of records": {
            "two": (twice[4], twice[5]),
            "one unpublished": (ours, hidden),
            "one merged": (twice[0], twice[1]),
        },
        "merge": {"done": done, "undone": operations.undo_merge(undone.pk, by=officer)},
        "distinction": {
            "standing": apart,
            "taken back": operations.withdraw_distinction(taken_back.pk, by=officer),
        },
    }
