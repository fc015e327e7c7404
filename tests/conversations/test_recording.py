"""The form: finding organisations and people without a script, calendar files, meetings, drafts and corrections."""

import re
from datetime import date, datetime, timedelta
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from organisations.conversations.models import Conversation, Participant
from organisations.conversations.operations import Guest
from organisations.conversations.people import find_organisations, invited
from organisations.forums.models import Attendance, Forum, Meeting
from organisations.operations import save_contact
from tests.conversations.factories import make_conversation, make_draft
from tests.conversations.test_views import address, words_of
from tests.factories import make_officer, make_user
from tests.organisations.factories import make_lead, make_member, make_organisation

pytestmark = pytest.mark.django_db
RECORD = "/conversations/record/"
UPLOAD = "/conversations/from-calendar/"


def answers(officer, **more) -> dict:
    return {
        "kind": "meeting",
        "held_on_0": "2",
        "held_on_1": "3",
        "held_on_2": "2026",
        "held_at": "2:30pm",
        "place": "Town Hall",
        "find": "",
        "organisations": [],
        "people": [],
        "others": "",
        "officers": [officer.pk],
        "subject": "Coats",
        "summary": "They ran out.",
        "audience": "shared",
        "todo": "",
        "todo_owner": "",
        "todo_due_on_0": "",
        "todo_due_on_1": "",
        "todo_due_on_2": "",
        "key": str(uuid4()),
    } | more


def ticked(page: str, name: str) -> list[str]:
    boxes = re.findall(rf'<input class="govuk-checkboxes__input"[^>]*name="{name}"[^>]*>', page)
    return [re.search(r'value="([^"]*)"', box)[1] for box in boxes if " checked" in box]


def offered(page: str, name: str) -> list[str]:
    return re.findall(rf'name="{name}" id="[^"]*" value="([^"]*)"', page)


# Finding -----------------------------------------------------------------------------------------------
def test_find_organisations_by_part_of_a_name_a_number_and_a_slip():
    first, second = make_organisation("Ashfield Youth Club"), make_organisation("Ashfield Choir")
    numbered = make_organisation("Birch Lane Trust", numbers={"GB-CHC": "1121999"})
    assert sorted(find_organisations("ashfield")) == sorted([first.pk, second.pk])
    assert find_organisations("ASHFIELD choir") == [second.pk]
    assert find_organisations("1121999") == [numbered.pk]
    assert find_organisations("brich lane") == [numbered.pk]
    assert find_organisations("nobody at all") == []


def test_looking_up_ticks_a_single_match_and_offers_its_people(sign_in):
    officer, organisation = make_officer(), make_organisation("Ashfield Youth Club")
    lead = make_lead(organisation, name="Lee Lead")
    save_contact(
        organisation.pk,
        by=officer,
        channel="telephone",
        value="0161 496 0000",
        consent="no",
        name="Tom Key",
        post="Caretaker",
    )
    response = sign_in(officer).post(RECORD, answers(officer, find="youth club", look_up="1"))
    page = words_of(response)
    assert "One organisation was found and is ticked" in page
    assert ticked(page, "organisations") == [str(organisation.pk)]
    assert (
        "Lee Lead, Lead, Ashfield Youth Club" in page,
        "Tom Key, Caretaker, Ashfield Youth Club" in page,
    ) == (True, True)
    assert offered(page, "people")[0] == f"m{lead.memberships.get().pk}"
    assert 'value="Coats"' in page  # what was written is kept
    assert not Conversation.objects.exists()


def test_looking_up_offers_several_and_keeps_those_ticked_before(sign_in):
    officer, kept = make_officer(), make_organisation("Birch Lane Trust")
    found = {str(make_organisation(name).pk) for name in ("Ashfield Choir", "Ashfield Club")}
    sent = answers(officer, find="ashfield", look_up="1", organisations=[kept.pk])
    page = words_of(sign_in(officer).post(RECORD, sent))
    assert "2 organisations were found" in page
    assert set(offered(page, "organisations")) == {str(kept.pk), *found}
    assert ticked(page, "organisations") == [str(kept.pk)]


def test_looking_up_what_nobody_is_called_says_so(sign_in):
    officer = make_officer()
    page = words_of(sign_in(officer).post(RECORD, answers(officer, find="xyzzy", look_up="1")))
    assert "No organisation was found." in page


@pytest.mark.parametrize(
    "odd",
    [
        {"find": "a\0b"},
        {"organisations": ["x", "99999999999999999999", "-1"]},
        {"officers": ["x", "9" * 30]},
        {"held_on_0": "\0", "held_at": "\0", "key": "x", "version": "x", "meeting": "x", "people": ["\0"]},
    ],
)
def test_odd_answers_do_no_harm(sign_in, odd):
    officer = make_officer()
    client = sign_in(officer)
    for press in ({"look_up": "1"}, {}):
        assert client.post(RECORD, answers(officer, **odd, **press)).status_code == 200
    assert not Conversation.objects.exists()


# Saving ------------------------------------------------------------------------------------------------
def test_record_saves_a_draft_with_everybody_once(sign_in):
    officer, organisation = make_officer(), make_organisation("Ashfield")
    lead = make_lead(organisation, name="Lee Lead")
    client, key = sign_in(officer), str(uuid4())
    sent = answers(
        officer,
        key=key,
        organisations=[organisation.pk],
        people=[f"m{lead.memberships.get().pk}"],
        others="Tom Key, Caretaker\n\nAnn",
        todo="Bring coats",
        todo_owner=officer.pk,
        todo_due_on_0="1",
        todo_due_on_1="12",
        todo_due_on_2="2026",
    )
    for _click in range(2):
        response = client.post(RECORD, sent)
        draft = Conversation.objects.get()
        assert response.url == draft.get_absolute_url()
    assert (draft.is_draft, draft.held_on, draft.time_words, draft.author) == (
        True,
        date(2026, 3, 2),
        "2:30pm",
        officer,
    )
    assert [str(one) for one in draft.people] == ["Lee Lead, Lead", "Tom Key, Caretaker", "Ann"]
    assert [(one.what, one.due_on) for one in draft.follow_ups.all()] == [("Bring coats", date(2026, 12, 1))]


def test_record_needs_little_for_a_draft(sign_in):
    officer = make_officer()
    sign_in(officer).post(RECORD, answers(officer, summary="", audience="", officers=[]))
    assert Conversation.objects.get().audience == ""


def test_record_takes_a_name_that_was_typed_and_not_looked_up(sign_in):
    officer, organisation = make_officer(), make_organisation("Ashfield Youth Club")
    sign_in(officer).post(RECORD, answers(officer, find="ashfield youth"))
    assert Conversation.objects.get().organisations == [organisation]


def test_record_asks_which_one_was_meant(sign_in):
    officer = make_officer()
    make_organisation("Ashfield Choir"), make_organisation("Ashfield Club")
    page = words_of(sign_in(officer).post(RECORD, answers(officer, find="ashfield")))
    assert "Tick the organisation you mean" in page
    assert len(offered(page, "organisations")) == 2
    page = words_of(sign_in(officer).post(RECORD, answers(officer, find="xyzzy")))
    assert "No organisation was found: check the name" in page


def test_record_asks_no_more_once_one_of_them_is_ticked(sign_in):
    officer, choir = make_officer(), make_organisation("Ashfield Choir")
    make_organisation("Ashfield Club")
    sign_in(officer).post(RECORD, answers(officer, find="ashfield", organisations=[choir.pk]))
    assert Conversation.objects.get().organisations == [choir]


def test_looking_up_says_when_there_may_be_more(sign_in):
    officer = make_officer()
    for number in range(13):
        make_organisation(f"Ashfield {number}")
    page = words_of(sign_in(officer).post(RECORD, answers(officer, find="ashfield", look_up="1")))
    assert "These 12 come nearest" in page


def test_record_asks_for_the_rest_of_a_followup_and_a_subject(sign_in):
    officer = make_officer()
    page = words_of(sign_in(officer).post(RECORD, answers(officer, subject="", todo="Bring coats")))
    for words in ("Enter a subject", "Select who does it", "Enter by when it is done"):
        assert words in page
    assert not Conversation.objects.exists()


def test_record_takes_nobody_who_does_not_belong_to_the_organisations(sign_in):
    officer, ours = make_officer(), make_organisation()
    stranger = make_lead(make_organisation()).memberships.get()
    sent = answers(officer, organisations=[ours.pk], people=[f"m{stranger.pk}"])
    assert "choose one of the answers shown" in words_of(sign_in(officer).post(RECORD, sent))
    assert not Participant.objects.exists()


def test_record_begins_from_an_organisation(sign_in):
    officer, organisation = make_officer(), make_organisation("Ashfield")
    lead = make_lead(organisation, name="Lee Lead")
    page = words_of(sign_in(officer).get(f"{RECORD}?organisation={organisation.pk}"))
    assert ticked(page, "organisations") == [str(organisation.pk)]
    assert lead.display_name in page
    assert ticked(page, "officers") == [str(officer.pk)]
    for odd in ("x", "999999", "9" * 40, ""):
        assert sign_in(officer).get(f"{RECORD}?organisation={odd}").status_code == 200


# Changing ----------------------------------------------------------------------------------------------
def test_edit_shows_everybody_again_and_saves_nothing_lost(sign_in):
    officer, organisation = make_officer(), make_organisation("Ashfield")
    member = make_member(organisation, name="Rita")
    guests = [
        Guest(person=member.pk, post="Treasurer", organisation=organisation.pk),
        Guest(name="Tom", post="Caretaker"),
    ]
    draft = make_draft(organisation, by=officer, people=guests, held_at="09:30")
    client = sign_in(officer)
    page = words_of(client.get(address("conversation_edit", draft)))
    people = ticked(page, "people")
    assert (ticked(page, "organisations"), len(people), 'value="09:30"' in page) == (
        [str(organisation.pk)],
        2,
        True,
    )
    sent = answers(
        officer, organisations=[organisation.pk], people=people, subject="Gloves", version=draft.version
    )
    assert client.post(address("conversation_edit", draft), sent).url == draft.get_absolute_url()
    saved = Conversation.objects.get()
    assert (saved.subject, [one.who for one in saved.people]) == ("Gloves", ["Rita", "Tom"])


def test_edit_keeps_people_who_no_longer_speak_for_the_organisation(sign_in):
    officer, organisation = make_officer(), make_organisation()
    left = make_user(name="Gone Since")
    draft = make_draft(organisation, by=officer, people=[Guest(person=left.pk, organisation=organisation.pk)])
    page = words_of(sign_in(officer).get(address("conversation_edit", draft)))
    assert ticked(page, "people") == [f"p{draft.people[0].pk}"]


def test_edit_that_is_stale_shows_both(sign_in):
    draft = make_draft(subject="Theirs")
    client = sign_in(draft.author)
    organisation = draft.organisations[0]
    sent = answers(draft.author, organisations=[organisation.pk], subject="Mine", version=0)
    response = client.post(address("conversation_edit", draft), sent)
    assert (response.status_code, "Theirs" in words_of(response), "Mine" in words_of(response)) == (
        409,
        True,
        True,
    )
    assert Conversation.objects.get().subject == "Theirs"


def test_correct_asks_why_and_keeps_the_reason(sign_in):
    posted = make_conversation()
    client, organisation = sign_in(posted.author), posted.organisations[0]
    sent = answers(posted.author, organisations=[organisation.pk], version=posted.version, summary="Gloves")
    page = words_of(client.post(address("conversation_correct", posted), sent))
    assert "Enter why it is corrected" in page
    client.post(address("conversation_correct", posted), sent | {"reason": "It was gloves."})
    page = words_of(client.get(posted.get_absolute_url()))
    assert ("It was gloves." in page, "corrected on" in page) == (True, True)


# Calendars ---------------------------------------------------------------------------------------------
def ics(*events: str) -> SimpleUploadedFile:
    text = "\r\n".join(["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//x//EN", *events, "END:VCALENDAR", ""])
    return SimpleUploadedFile("meeting.ics", text.encode(), content_type="text/calendar")


def event(uid="one@example.org", title="Winter planning", start="20260302T143000Z", *more: str) -> str:
    lines = [
        "BEGIN:VEVENT",
        f"UID:{uid}",
        f"SUMMARY:{title}",
        f"DTSTART:{start}",
        "LOCATION:Town Hall",
        *more,
        "END:VEVENT",
    ]
    return "\r\n".join(lines)


def test_invited_tells_officers_members_contacts_and_the_rest():
    officer, ours, theirs = (
        make_officer(email="pat@council.example"),
        make_organisation(),
        make_organisation(),
    )
    lead = make_lead(ours, email="lee@example.org")
    contact = save_contact(
        theirs.pk, by=officer, channel="email", value="Office@Birch.example", consent="no", name="Tom Key"
    )
    make_user(name="Stella Stranger", email="stella@example.org")
    found = invited(
        [
            "PAT@council.example",
            "lee@example.org",
            "office@birch.example",
            "stella@example.org",
            "who@example.org",
        ]
    )
    assert found.officers == [officer.pk]
    assert found.organisations == [ours.pk, theirs.pk]
    assert found.people == [f"m{lead.memberships.get().pk}", f"c{contact.pk}"]
    assert found.others == ["Stella Stranger", "who@example.org"]


def test_upload_fills_the_form_and_keeps_nothing(sign_in):
    officer, ours = make_officer(), make_organisation("Ashfield")
    lead = make_lead(ours, email="lee@example.org", name="Lee Lead")
    colleague = make_officer(email="sam@council.example")
    file = ics(
        event(
            "one@example.org",
            "Winter planning",
            "20260702T133000Z",
            "DESCRIPTION:Bring figures",
            "ATTENDEE:mailto:LEE@example.org",
            "ATTENDEE:mailto:sam@council.example",
            "ATTENDEE:mailto:nobody@example.org",
        )
    )
    page = words_of(sign_in(officer).post(UPLOAD, {"file": file}))
    assert f'action="{RECORD}"' in page
    for value in (
        'value="Winter planning"',
        'value="Town Hall"',
        'value="14:30"',
        "Bring figures",
        "nobody@example.org",
    ):
        assert value in page
    assert ticked(page, "organisations") == [str(ours.pk)]
    assert ticked(page, "people") == [f"m{lead.memberships.get().pk}"]
    assert sorted(ticked(page, "officers")) == sorted([str(officer.pk), str(colleague.pk)])
    assert not Conversation.objects.exists()


def test_upload_of_several_lets_one_be_picked(sign_in):
    officer = make_officer()
    client = sign_in(officer)
    page = client.post(UPLOAD, {"file": ics(event(), event("two@example.org", "Second", "20260401T090000Z"))})
    tokens = re.findall(r'name="entry" value="([^"]+)"', page.content.decode())
    assert len(tokens) == 2
    picked = words_of(client.post(UPLOAD + "entry/", {"entry": tokens[0]}))
    assert ('value="Second"' in picked, f'action="{RECORD}"' in picked) == (True, True)
    assert not Conversation.objects.exists()


def test_an_entry_that_was_forged_begins_nothing(sign_in):
    response = sign_in(make_officer()).post(UPLOAD + "entry/", {"entry": "forged"}, follow=True)
    assert "Choose the calendar file again." in words_of(response)


def test_upload_says_when_the_entry_was_recorded_before(sign_in):
    officer = make_officer()
    client = sign_in(officer)
    client.post(RECORD, answers(officer, entry_uid="one@example.org", subject="Written up"))
    assert "Already recorded?" in words_of(client.post(UPLOAD, {"file": ics(event())}))
    other = sign_in(make_officer())  # who cannot know of the draft
    assert "Already recorded?" not in words_of(other.post(UPLOAD, {"file": ics(event())}))


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("meeting.ics", b"PK\x03\x04 no calendar", "This is not a calendar file"),
        ("meeting.pdf", b"%PDF-1.7", "Choose a file that ends in .ics"),
        ("meeting.ics", b"", "The file is empty"),
        ("meeting.ics", b"BEGIN:VCALENDAR\r\nEND:VCALENDAR\r\n", "There is no meeting in this file"),
        ("meeting.ics", b"x" * (1024 * 1024 + 1), "smaller than 1 MB"),
    ],
)
def test_upload_refuses_what_is_no_calendar(sign_in, name, content, said):
    response = sign_in(make_officer()).post(UPLOAD, {"file": SimpleUploadedFile(name, content)})
    assert said in words_of(response)


# Meetings ----------------------------------------------------------------------------------------------
def make_meeting(**facts) -> Meeting:
    forum = Forum.objects.create(kind="other", name=f"Forum {uuid4().hex[:6]}", **facts)
    starts_at = timezone.make_aware(datetime(2026, 7, 2, 14, 30))
    return Meeting.objects.create(
        forum=forum,
        starts_at=starts_at,
        ends_at=starts_at + timedelta(hours=2),
        place="Library",
        status="held",
    )


def test_record_begins_from_a_meeting_with_those_who_came(sign_in):
    officer, ours, absent = make_officer(), make_organisation("Ashfield"), make_organisation("Birch")
    lead = make_lead(ours, name="Lee Lead")
    meeting = make_meeting()
    for organisation, name, came in (
        (ours, "Lee Lead", "came"),
        (ours, "Tom Key", "came"),
        (absent, "Ann", "absent"),
    ):
        Attendance.objects.create(
            meeting=meeting, side="sector", organisation=organisation, name=name, came=came
        )
    client = sign_in(officer)
    page = words_of(client.get(f"{RECORD}?meeting={meeting.pk}"))
    assert ticked(page, "organisations") == [str(ours.pk)]
    assert ticked(page, "people") == [f"m{lead.memberships.get().pk}"]
    for words in ("Tom Key, Ashfield", 'value="Library"', 'value="14:30"'):
        assert words in page
    client.post(RECORD, answers(officer, organisations=[ours.pk], meeting=meeting.pk))
    draft = Conversation.objects.get()
    assert draft.meeting == meeting
    assert meeting.forum.name in words_of(client.get(draft.get_absolute_url()))


def test_a_meetings_page_leads_officers_to_it_once_it_has_happened(sign_in):
    held, coming = make_meeting(), make_meeting()
    Meeting.objects.filter(pk=coming.pk).update(status="planned")
    link = f"{RECORD}?meeting="
    for person, shown in ((make_officer(), [True, False]), (make_user(), [False, False])):
        client = sign_in(person)
        pages = [words_of(client.get(one.get_absolute_url())) for one in (held, coming)]
        assert [link in page for page in pages] == shown
