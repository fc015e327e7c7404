"""What the register, the forums and the conversations themselves have for the handover pack."""

from django.utils.formats import date_format
from django.utils.text import Truncator

from organisations.forums.models import Term as SeatTerm
from organisations.models import Contact, Organisation
from vcse_portal.history.timeline import timeline
from vcse_portal.pdf.charts import Table
from vcse_portal.ui.markdown import to_text
from vcse_portal.ui.words import date_in_words, pounds

from . import handover
from .handover import Note, Section
from .models import Conversation, FollowUp, RelationshipManager

LATEST, ALL_SHOWN, LONGEST = 5, 30, 800  # with their words, in the table; letters of a summary


@handover.section(handover.WHO)
def who(organisation: Organisation, user) -> Section:
    numbers = [f"{one.get_scheme_display()} {one.number}" for one in organisation.identifiers.all()]
    kinds = [words for is_one, words in _kinds(organisation) if is_one]
    facts = [
        ("Known as", organisation.known_as),
        ("Legal structure", organisation.get_legal_structure_display()),
        ("Kind of organisation", ", ".join(kinds)),
        ("Numbers", "; ".join(numbers)),
        ("Status", " – ".join(filter(None, [organisation.get_status_display(), organisation.status_reason]))),
        ("Address", ", ".join(filter(None, [organisation.address, organisation.postcode]))),
        ("Website", organisation.website),
        ("Confirmed by the organisation", _day(organisation.confirmed_on) or "Never"),
    ]
    words = [to_text(organisation.summary)] if organisation.summary else []
    return Section(
        "Who they are", paragraphs=words, facts=[(label, value) for label, value in facts if value]
    )


def _kinds(organisation: Organisation):
    for name in ("infrastructure", "anchor", "consortium", "faith_group", "public_body", "equalities_led"):
        field = organisation._meta.get_field(f"is_{name}")
        yield getattr(organisation, field.name), str(field.verbose_name)


@handover.section(handover.PEOPLE)
def people(organisation: Organisation, user) -> Section:
    memberships = organisation.memberships.current().select_related("user").order_by("role", "user__name")
    speak = [
        (one.user.display_name, str(one.get_role_display()), one.user.email, one.starts_on)
        for one in memberships
    ]
    contacts = [
        (one.name or "–", one.post or "–", one.value, str(Contact.Consent(one.consent).label))
        for one in organisation.contacts.all()
    ]
    terms = (
        RelationshipManager.objects.visible_to(user)
        .filter(organisation=organisation)
        .select_related("officer")
    )
    kept = [(str(one.officer), one.starts_on, one.ends_on or "today") for one in terms]
    seats = SeatTerm.objects.current().visible_to(user).filter(organisation=organisation)
    held = [
        (one.seat.forum.name, one.seat.title, one.name, one.starts_on)
        for one in seats.select_related("seat__forum")
    ]
    return Section(
        "People",
        tables=[
            Table(("Speaks for it", "Role", "Email", "Since"), speak, "Who speaks for the organisation"),
            Table(("Name", "Role", "Address or number", "May be published"), contacts, "Contacts"),
            Table(
                ("Relationship manager", "Since", "Until"), kept, "Who at the council kept the relationship"
            ),
            Table(("Forum", "Seat", "Held by", "Since"), held, "Seats in forums"),
        ],
        nothing="Nobody speaks for it on the portal, and no contact is known.",
    )


@handover.section(handover.SAID)
def said(organisation: Organisation, user) -> Section:
    posted = Conversation.objects.posted().visible_to(user).of(organisation)
    found = list(posted.prefetch_related("participants__person").latest_first()[:ALL_SHOWN])
    total = len(found) if len(found) < ALL_SHOWN else posted.count()
    rows = [(one.held_on, str(one.get_kind_display()), one.subject, _council(one)) for one in found]
    words = []
    if found:
        words = [f"Last spoken with {date_in_words(found[0].held_on)}, on {_day(found[0].held_on)}."]
    if total > ALL_SHOWN:
        words.append(
            f"The latest {ALL_SHOWN} of {total:,} conversations are listed; all of them are on the portal."
        )
    return Section(
        "What was said",
        paragraphs=words,
        notes=[_note(one) for one in found[:LATEST]],
        tables=[Table(("Date", "Kind", "Subject", "For the council"), rows, "Conversations")],
        nothing="No conversation has been recorded yet.",
    )


def _note(conversation: Conversation) -> Note:
    guests = "; ".join(str(one) for one in conversation.people)
    about = [str(conversation.get_audience_display()), guests and f"with {guests}"]
    return Note(
        heading=f"{_day(conversation.held_on)}: {conversation.subject}",
        about=", ".join(filter(None, about)),
        text=Truncator(to_text(conversation.summary)).chars(LONGEST),
        url=conversation.get_absolute_url(),
    )


def _council(conversation: Conversation) -> str:
    return "; ".join(one.who for one in conversation.officers)


@handover.section(handover.TO_DO)
def to_do(organisation: Organisation, user) -> Section:
    found = (
        FollowUp.objects.open()
        .visible_to(user)
        .filter(conversation__parties__organisation=organisation)
        .select_related("owner", "conversation")
    )
    rows = [(one.what, str(one.owner), one.due_on, one.conversation.subject) for one in found[:ALL_SHOWN]]
    return Section(
        "Still to be done",
        tables=[Table(("What", "Who", "By", "After"), rows, "Follow-ups still to be done")],
        nothing="Nothing is left to be done after a conversation.",
    )


@handover.section(handover.MONEY)
def money(organisation: Organisation, user) -> Section:
    facts = []
    if organisation.income is not None:
        year = f", year to {_day(organisation.income_year_end)}" if organisation.income_year_end else ""
        source = f" ({organisation.income_source})" if organisation.income_source else ""
        facts = [
            ("Yearly income", f"{pounds(organisation.income)}{year}{source}"),
            ("Income band", str(organisation.get_band_display())),
        ]
    if organisation.staff_fte is not None:
        facts.append(("Paid staff (full-time equivalent)", f"{organisation.staff_fte.normalize():f}"))
    if organisation.volunteers is not None:
        facts.append(("Volunteers", f"{organisation.volunteers:,}"))
    return Section("Money and size", facts=facts, nothing="Its income is not known.")


@handover.section(handover.PREMISES)
def premises(organisation: Organisation, user) -> Section:
    facts = [("Premises", str(organisation.get_premises_display()))]
    if organisation.support_needs:
        facts.append(("Help it wants", organisation.support_needs))
    return Section("Premises and help wanted", facts=facts)


@handover.section(handover.RECORD)
def record(organisation: Organisation, user) -> Section:
    rows = [
        (_day(entry.when), entry.who, entry.what, "; ".join(change.label for change in entry.changes) or "–")
        for entry in timeline(organisation, limit=10)
    ]
    return Section(
        "History of the record",
        tables=[Table(("Date", "Who", "What", "Changed"), rows, "The latest ten changes")],
        nothing="Nothing has been changed since the record was made.",
    )


def _day(day) -> str:
    return date_format(day, "j F Y") if day else ""
