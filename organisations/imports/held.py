"""What the register already holds of the organisations in a batch of rows: a constant number of queries."""

from collections import defaultdict
from collections.abc import Iterable

from vcse_portal.search import registry as search

from ..models import Contact, Identifier, Link, Membership, Organisation
from ..names import plain

Number = tuple[str, str]


class Held:
    """Records, numbers, contacts and ties, looked up for many rows at once.

    `names` are (name, postcode) of the rows; `scheme` is the register they come from; `ids` are looked up too.
    """

    def __init__(
        self,
        numbers: Iterable[Number],
        names: Iterable[tuple[str, str]],
        scheme: str,
        ids: Iterable[int] = (),
    ):
        numbers, names = set(numbers), list(names)
        found = Identifier.objects.filter(number__in={n for _scheme, n in numbers})
        self.holder: dict[Number, int | str] = {
            (s, n): pk for s, n, pk in found.values_list("scheme", "number", "organisation")
        }
        self.twins = self._twins(names)
        ids = {*ids, *self.holder.values()}
        ids |= {pk for by_postcode in self.twins.values() for pks in by_postcode.values() for pk in pks}
        self.records = {
            o.pk: o for o in Organisation.objects.filter(pk__in=ids).select_related("merged_into")
        }
        self.numbers: dict[int, dict[Number, Identifier]] = defaultdict(dict)
        for one in Identifier.objects.filter(organisation__in=ids):
            self.numbers[one.organisation_id][one.scheme, one.number] = one
        self.contacts: dict[int, dict[tuple[str, str], str]] = defaultdict(dict)
        for pk, channel, value, consent in Contact.objects.filter(organisation__in=ids).values_list(
            "organisation", "channel", "value", "consent"
        ):
            self.contacts[pk][channel, value] = consent
        self.spoken_for = set(
            Membership.objects.current().filter(organisation__in=ids).values_list("organisation", flat=True)
        )
        self.parents = set(
            Link.objects.current()
            .filter(kind=Link.Kind.BRANCH, from_organisation__in=ids)
            .values_list("from_organisation", "to_organisation")
        )
        self.scheme = scheme
        winners = {o.merged_into_id for o in self.records.values()} - {None}
        self.winners = (
            dict(Organisation.objects.filter(pk__in=winners).values_list("pk", "name")) if winners else {}
        )

    def _twins(self, names: list[tuple[str, str]]) -> dict[str, dict[str, list[int]]]:
        folded = {search.fold(name)[:250] for name, _postcode in names}
        found: dict = defaultdict(lambda: defaultdict(list))
        rows = Organisation.objects.filter(name_sort__in=folded).exclude(status=Organisation.Status.MERGED)
        for name, postcode, pk in rows.order_by("pk").values_list("name_sort", "postcode", "pk"):
            found[name][postcode].append(pk)
        return found

    def named(self, name: str) -> dict[str, list[int]]:
        """Postcode → records of this name there."""
        return self.twins.get(search.fold(name)[:250], {})

    def namesakes(self, name: str, postcode: str) -> list[int]:
        """Records of this name and postcode that have no number of the rows' own scheme."""
        return [pk for pk in self.named(name).get(postcode, []) if not self._has_own(pk)]

    def _has_own(self, pk: int) -> bool:
        return any(scheme == self.scheme for scheme, _number in self.numbers[pk])

    def same(self, numbers: list[Number], name: str) -> int | None:
        """Who holds another of the numbers, has none of the rows' own scheme, and is called the same."""
        for number in numbers[1:]:
            pk = self.holder.get(number)
            is_called_so = isinstance(pk, int) and plain(self.records[pk].name) == plain(name)
            if is_called_so and not self._has_own(pk):
                return pk
        return None
