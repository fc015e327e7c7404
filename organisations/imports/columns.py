"""The columns of the council's own lists: those of our export, and what other people call them."""

import re

from ..export import COLUMNS

HEADINGS = {one.name: one.heading for one in COLUMNS}
NAME = "name"
CALLED = {
    "name": "organisation|organisation name|organization|organization name|group|group name|name|name of group|"
    "name of organisation|charity name|company name|club|club name|charity|provider",
    "known_as": "known as|also known as|aka|other names|trading name|working name|acronym",
    "charity_number": "charity number|registered charity number|reg charity number|charity reg number|"
    "charity registration number|charity commission number",
    "company_number": "company number|company registration number|companies house number|registered company number",
    "legal_structure": "legal structure|legal status|structure|type of organisation|organisation type|constitution",
    "status": "status|record status",
    "registered_on": "registered on|date registered|registration date|established",
    "summary": "what it does|what they do|description|about|activities|aims|summary|purpose|services",
    "themes": "main activity|theme|themes|activity|activity themes|category|categories|sector",
    "communities": "communities served|communities|beneficiary groups|client group|who they help|target group",
    "languages": "languages|languages spoken",
    "wards_worked": "wards served|ward s served|wards worked in|area covered|areas covered|area of operation",
    "ward": "ward|electoral ward|ward name",
    "address": "address|postal address|full address|registered address|address line 1|street",
    "postcode": "postcode|post code|zip|postal code",
    "website": "website|web|web address|web site|url|homepage",
    "opening_text": "opening times|opening hours|hours",
    "income": "annual income|income|turnover|annual income last accounts|latest income",
    "income_year_end": "year ended|year end|financial year end|accounts year",
    "income_source": "source of income",
    "staff_fte": "number of paid staff fte|paid staff fte|staff fte|fte",
    "volunteers": "number of volunteers|volunteers|volunteer numbers",
    "trustees": "number of trustees|trustees|committee members",
    "beneficiaries": "beneficiaries|people helped|number of beneficiaries|people helped in a year",
    "email": "email|e mail|email address|contact email|contact e mail|e mail address|contact email address",
    "telephone": "telephone|phone|tel|telephone number|phone number|contact number|mobile",
    "post": "post|postal contact",
    "support_needs": "help it wants|support needed|support needs",
}
SHORT = {"no": "number", "nos": "number", "num": "number", "reg": "registered", "tel": "telephone"}


def plain(heading: str) -> str:
    """ "Reg. Charity No." and "Registered charity number" are the same."""
    return " ".join(SHORT.get(word, word) for word in re.findall(r"[a-z0-9]+", heading.lower()))


MEANT = {plain(word): name for name, words in CALLED.items() for word in words.split("|")}
MEANT |= {plain(heading): name for name, heading in HEADINGS.items()}


def guess(header: list[str], remembered: dict[str, str] | None = None) -> dict[str, str]:
    """{their heading: our column}, "" for what is left out. What was chosen before goes before what sounds alike."""
    remembered, taken, found = remembered or {}, set(), {}
    for heading in header:
        meant = remembered.get(plain(heading), MEANT.get(plain(heading), ""))
        found[heading] = meant if meant not in taken else ""
        taken |= {meant} - {""}
    return found


def is_native(header: list[str]) -> bool:
    """Whether these are the columns of our own export, or some of them."""
    named = [heading for heading in header if heading]
    return HEADINGS[NAME] in named and set(named) <= set(HEADINGS.values())
