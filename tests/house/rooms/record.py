"""What the record itself adds: numbers in other registers, and ties to other organisations."""

from organisations import operations

NEEDS = {
    **dict.fromkeys(
        ("organisations:numbers", "organisations:links", "organisations:link_add"), "organisation"
    ),
    **dict.fromkeys(("organisations:number_check", "organisations:number_remove"), "number"),
    "organisations:link_end": "tie",
}
ARGUMENTS = {
    "number": lambda number: [number.organisation_id, number.pk],
    "tie": lambda tie: [tie.from_organisation_id, tie.pk],
}


def things(ours, theirs, hidden, people) -> dict:
    officer = people["partnerships"]

    def number(organisation, text):
        return operations.add_number(organisation.pk, scheme="GB-CHC", number=text, by=officer)

    def tie(one, other):
        return operations.add_link(one.pk, kind="member", to_organisation_id=other.pk, by=officer)

    return {
        "number": {"published": number(ours, "1164883"), "of an unpublished": number(hidden, "1164884")},
        "tie": {
            "of ours": tie(ours, theirs),
            "of an unpublished": tie(theirs, hidden),
        },
    }
