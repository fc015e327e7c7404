"""The directory as a spreadsheet: what the reader may see."""

from collections import defaultdict

from django.db.models import Prefetch

from vcse_portal.borough import codes
from vcse_portal.search.find import Ask, all_ids

from .models import Contact, Identifier, Organisation

HEADER = (
    "Organisation name",
    "Known as",
    "Legal structure",
    "Registered charity number",
    "Company number",
    "What it does",
    "Themes",
    "Communities",
    "Ward",
    "Postcode",
    "Website",
    "Annual income",
    "Year ended",
    "Email",
    "Telephone",
)
CHUNK = 1000


def rows(ask: Ask, *, with_private: bool):
    """Every organisation the question finds, by name. Visitors get published contacts and addresses only."""
    ids = all_ids(ask)
    contacts = Contact.objects.all() if with_private else Contact.objects.filter(consent=Contact.Consent.YES)
    for start in range(0, len(ids), CHUNK):
        found = (
            Organisation.objects.filter(pk__in=ids[start : start + CHUNK])
            .select_related("ward")
            .prefetch_related("identifiers", Prefetch("contacts", contacts))
            .order_by("name_sort", "pk")
        )
        for organisation in found:
            yield _row(organisation, with_private)


def _row(o: Organisation, with_private: bool) -> tuple:
    numbers = {i.scheme: i.number for i in o.identifiers.all()}
    reach = defaultdict(list)
    for contact in o.contacts.all():
        reach[contact.channel].append(contact.value)
    themes, communities = codes.names("theme"), codes.names("community")
    return (
        o.name,
        o.known_as,
        o.get_legal_structure_display(),
        numbers.get(Identifier.Scheme.CHARITY, ""),
        numbers.get(Identifier.Scheme.COMPANY, ""),
        o.summary,
        "; ".join(themes.get(c, c) for c in o.themes),
        "; ".join(communities.get(c, c) for c in o.communities),
        o.ward.name if o.ward else "",
        o.postcode if with_private or o.is_address_public else "",
        o.website,
        o.income if o.income is not None else "",
        o.income_year_end.isoformat() if o.income_year_end else "",
        "; ".join(reach[Contact.Channel.EMAIL]),
        "; ".join(reach[Contact.Channel.TELEPHONE]),
    )
