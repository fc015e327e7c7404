"""One organisation that is on the register twice, as happens when a list is typed in beside an import."""

from organisations import operations as register
from organisations.duplicates.operations import keep_apart
from organisations.duplicates.pairs import find_pairs
from organisations.models import Organisation
from vcse_portal.accounts.models import User

from .content import read


def record(people: dict[str, User]) -> None:
    content, officer = read("duplicates"), people["partnerships"]
    known = Organisation.objects.get(name=content["known"]["name"])
    register.edit_organisation(
        known.pk, version=known.version, postcode=content["known"]["postcode"], by=officer
    )
    twice = register.add_organisation(by=officer, ward=known.ward, **content["twice"])
    for each, channel, value in (
        (known, "email", content["email"]),
        (twice, "email", content["email"]),
        (twice, "telephone", content["phone"]),
    ):
        register.save_contact(each.pk, channel=channel, value=value, consent="unknown", by=officer)
    *names, reason = content["apart"]
    one, other = (Organisation.objects.get(name=name) for name in names)
    keep_apart(one.pk, other.pk, reason=reason, by=officer)
    find_pairs()
