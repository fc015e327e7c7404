"""A group is registered: drafted, sent, accepted as new or as one there is, declined, taken back."""

from uuid import uuid4

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse
from django.utils import timezone

from organisations.models import Identifier, Membership, Organisation
from organisations.upkeep import operations, permissions
from organisations.upkeep.models import Registration
from tests.factories import make_councillor, make_officer, make_theme, make_user
from tests.organisations.factories import make_lead, make_organisation
from tests.upkeep.factories import make_draft, make_sent
from vcse_portal.history.timeline import timeline
from vcse_portal.mail.models import Delivery, Message

pytestmark = pytest.mark.django_db


def mailed(kind) -> list[str]:
    return sorted(Delivery.objects.filter(message__kind=kind).values_list("email", flat=True))


def step(pk, name):
    return reverse("upkeep:registration_step", args=[pk, name])


# Operations ----------------------------------------------------------------------------------------
def test_start_registration_makes_one_draft_of_two_clicks():
    person, key = make_user(), uuid4()
    first = operations.start_registration(name="Choir", by=person, key=key)
    second = operations.start_registration(name="Choir", by=person, key=key)
    assert (first.pk, Registration.objects.count(), first.status) == (second.pk, 1, "draft")


def test_start_registration_refuses_a_sixth_open_one():
    person = make_user()
    for number in range(5):
        operations.start_registration(name=f"Choir {number}", by=person)
    with pytest.raises(ValidationError, match="5 registrations open"):
        operations.start_registration(name="Choir 6", by=person)


def test_answer_registration_keeps_answers_with_their_history():
    draft = make_draft(charity_number="Reg. charity no. 1164883")
    assert (draft.charity_number, draft.summary) == ("1164883", "We sing.")
    assert [entry.what for entry in timeline(draft)] == ["Answered", "Began a registration"]


@pytest.mark.parametrize(
    "answers", [{"charity_number": "12"}, {"company_number": "x"}, {"themes": ["unheard-of"]}, {"name": ""}]
)
def test_answer_registration_refuses_what_cannot_be(answers):
    draft = make_draft()
    with pytest.raises(ValidationError):
        operations.answer_registration(draft.pk, by=draft.person, **answers)


def test_answer_registration_refuses_what_is_not_asked():
    draft = make_draft()
    with pytest.raises(TypeError):
        operations.answer_registration(draft.pk, by=draft.person, status="accepted")


def test_answer_registration_after_sending_is_refused():
    registration = make_sent()
    with pytest.raises(ValidationError, match="its answers stand"):
        operations.answer_registration(registration.pk, by=registration.person, summary="Other")


def test_send_registration_tells_officers_and_the_person_once():
    officer, draft = make_officer(), make_draft()
    for _click in range(2):
        operations.send_registration(draft.pk, by=draft.person)
    assert mailed("registration_sent") == [officer.email]
    assert mailed("registration_received") == [draft.person.email]
    assert Organisation.objects.count() == 0  # nothing is on the register


def test_send_registration_names_what_is_missing():
    draft = operations.start_registration(name="Choir", by=make_user())
    with pytest.raises(ValidationError) as refused:
        operations.send_registration(draft.pk, by=draft.person)
    assert refused.value.messages == ["Still to be answered: what it does, your role in it."]


def test_accept_registration_of_a_group_without_any_number_publishes_it_and_confirms_the_lead():
    officer, registration = make_officer(), make_sent(email="choir@example.org", is_email_public=True)
    done = operations.accept_registration(registration.pk, by=officer)
    made, today = done.organisation, timezone.localdate()
    assert (made.name, made.is_published, made.source) == ("Ashfield Choir", True, "Registered by the group")
    assert (made.confirmed_on, made.identifiers.count()) == (today, 0)
    assert list(made.contacts.values_list("value", "consent")) == [("choir@example.org", "yes")]
    assert list(Organisation.objects.led_by(registration.person)) == [made]
    assert (done.status, done.decided_by) == ("accepted", officer)
    assert mailed("membership_confirmed") == [registration.person.email]
    assert timeline(done)[0].what == "Registration accepted"


def test_accept_registration_as_an_organisation_there_is_adds_the_person_only():
    known = make_organisation("Ashfield Choir")
    registration = make_sent()
    done = operations.accept_registration(
        registration.pk, by=make_officer(), existing_id=known.pk, role="representative"
    )
    assert (done.organisation, Organisation.objects.count()) == (known, 1)
    assert known.memberships.get().role == "representative"


def test_accept_registration_as_a_closed_organisation_is_refused():
    closed = make_organisation("Ashfield Choir", status="closed")
    with pytest.raises(ValidationError, match="has closed"):
        operations.accept_registration(make_sent().pk, by=make_officer(), existing_id=closed.pk)


def test_accept_registration_is_refused_for_a_number_that_is_anothers_and_leaves_nothing():
    make_organisation("Holder", numbers={Identifier.Scheme.CHARITY: "1164883"})
    registration = make_sent(charity_number="1164883")
    with pytest.raises(ValidationError, match="1164883 already belongs to Holder"):
        operations.accept_registration(registration.pk, by=make_officer())
    assert (Organisation.objects.count(), Membership.objects.count()) == (1, 0)
    assert operations.taken_numbers(registration)[0].organisation.name == "Holder"


def test_decline_registration_mails_the_reason_and_publishes_nothing():
    registration = make_sent()
    operations.decline_registration(registration.pk, reason="It is a shop.", by=make_officer())
    assert mailed("registration_declined") == [registration.person.email]
    assert "It is a shop." in Message.objects.get(kind="registration_declined").text
    assert (Organisation.objects.count(), Membership.objects.count()) == (0, 0)
    assert timeline(registration)[0].reason == "It is a shop."


def test_decline_registration_needs_a_reason():
    with pytest.raises(ValidationError):
        operations.decline_registration(make_sent().pk, reason=" ", by=make_officer())


@pytest.mark.parametrize("second", ["accept", "decline", "withdraw"])
def test_a_decided_registration_stays_decided(second):
    registration, officer = make_sent(), make_officer(name="Ann First")
    operations.decline_registration(registration.pk, reason="No.", by=officer)
    again = {
        "accept": lambda: operations.accept_registration(registration.pk, by=make_officer()),
        "decline": lambda: operations.decline_registration(registration.pk, reason="x", by=make_officer()),
        "withdraw": lambda: operations.withdraw_registration(registration.pk, by=registration.person),
    }
    with pytest.raises(ValidationError):
        again[second]()
    registration.refresh_from_db()
    assert (registration.status, registration.decided_by) == ("declined", officer)


def test_withdraw_registration_takes_it_out_of_the_queue():
    registration = make_sent()
    operations.withdraw_registration(registration.pk, by=registration.person)
    assert list(Registration.objects.waiting()) == []
    assert timeline(registration)[0].what == "Withdrawn"


# Who may ------------------------------------------------------------------------------------------
def test_permissions_of_a_registration():
    person = make_user()
    draft, sent = make_draft(person=person), make_sent("Other", person=person)
    people = {
        "person": person,
        "another": make_user(),
        "partnerships": make_officer(),
        "property": make_officer("property"),
        "councillor": make_councillor(),
    }
    asked = {
        "sees the draft": lambda u: Registration.objects.visible_to(u).filter(pk=draft.pk).exists(),
        "sees it sent": lambda u: Registration.objects.visible_to(u).filter(pk=sent.pk).exists(),
        "registers": permissions.can_register_group,
        "edits": lambda u: permissions.can_edit_registration(u, draft),
        "edits sent": lambda u: permissions.can_edit_registration(u, sent),
        "withdraws": lambda u: permissions.can_withdraw_registration(u, sent),
        "decides": lambda u: permissions.can_decide_registration(u, sent),
        "decides a draft": lambda u: permissions.can_decide_registration(u, draft),
    }
    yes = {what: sorted(n for n, user in people.items() if can(user) is True) for what, can in asked.items()}
    assert yes == {
        "sees the draft": ["person"],
        "sees it sent": ["councillor", "partnerships", "person", "property"],
        "registers": ["another", "person"],
        "edits": ["person"],
        "edits sent": [],
        "withdraws": ["person"],
        "decides": ["partnerships"],
        "decides a draft": [],
    }


# Pages ---------------------------------------------------------------------------------------------
def test_the_journey_asks_one_question_a_page_and_ends_with_what_happens_next(sign_in):
    theme, person = make_theme("Arts"), make_user()
    client = sign_in(person)
    answer = client.post(reverse("upkeep:register"), {"name": "Ashfield Choir", "key": str(uuid4())})
    pk = Registration.objects.get().pk
    assert answer.url == reverse("upkeep:registration_alike", args=[pk])
    assert client.get(answer.url).url == step(pk, "what")  # nothing is like it
    said = [
        ("what", {"summary": "We sing."}),
        ("themes", {"themes": [theme.code]}),
        ("place", {"postcode": ""}),
        ("kind", {"legal_structure": ""}),
        ("numbers", {"charity_number": "", "company_number": ""}),
        ("contact", {"email": "", "website": ""}),
        ("you", {"post": "Chair", "agree": "on"}),
    ]
    for (name, answers), following in zip(said, [*(s for s, _a in said[1:]), None], strict=True):
        assert client.get(step(pk, name)).status_code == 200
        expected = step(pk, following) if following else reverse("upkeep:registration", args=[pk])
        assert client.post(step(pk, name), answers).url == expected
    page = client.get(reverse("upkeep:registration", args=[pk])).content.decode()
    assert [words for words in ("What happens next", "We sing.", "Arts") if words not in page] == []
    assert client.post(reverse("upkeep:registration_send", args=[pk])).url == reverse(
        "upkeep:registration_sent", args=[pk]
    )
    assert (
        "Sent to the council" in client.get(reverse("upkeep:registration_sent", args=[pk])).content.decode()
    )


def test_change_from_the_answers_comes_back_to_the_answers(sign_in):
    draft = make_draft()
    answer = sign_in(draft.person).post(step(draft.pk, "what") + "?change", {"summary": "We hum."})
    assert answer.url == reverse("upkeep:registration", args=[draft.pk])


def test_steps_refuse_with_a_sentence_and_keep_what_was_typed(sign_in):
    draft = make_draft()
    client = sign_in(draft.person)
    page = client.post(step(draft.pk, "numbers"), {"charity_number": "12", "company_number": ""})
    assert "charity_number" in page.context["form"].errors
    page = client.post(step(draft.pk, "contact"), {"email": "a@example.org"})
    assert page.context["form"].errors == {
        "is_email_public": ["Say whether the email address may be published"]
    }
    assert client.get(step(draft.pk, "nonsense")).status_code == 404


def test_alike_offers_published_records_and_never_hidden_ones(sign_in):
    known = make_organisation("Ashfield Community Choir")
    make_organisation("Ashfield Choir", is_published=False)
    draft = make_draft()
    client, address = sign_in(draft.person), reverse("upkeep:registration_alike", args=[draft.pk])
    page = client.get(address)
    assert [one.record for one in page.context["alike"]] == [known]
    assert "I speak for this organisation" in page.content.decode()
    assert client.post(address).url == step(draft.pk, "what")
    draft.refresh_from_db()
    assert draft.not_these == [known.pk]
    assert client.get(reverse("upkeep:registration", args=[draft.pk])).context["alike"] == []


def test_a_draft_is_nobody_elses(sign_in):
    draft = make_draft("Secret plan")
    for reader in (make_user(), make_officer(), make_councillor()):
        client = sign_in(reader)
        assert client.get(draft.get_absolute_url()).status_code == 404
        assert client.post(step(draft.pk, "what"), {"summary": "x"}).status_code == 404


def test_an_officer_decides_from_the_queue_and_a_second_one_sees_who_was_first(sign_in):
    registration = make_sent()
    ann, bob = make_officer(name="Ann First"), make_officer(name="Bob Second")
    assert "Ashfield Choir" in sign_in(ann).get(reverse("upkeep:queue")).content.decode()
    address, said = registration.get_absolute_url(), {"decision": "new", "role": "lead"}
    assert sign_in(bob).get(address).status_code == 200
    assert sign_in(ann).post(address, said).url == reverse("upkeep:queue")
    second = sign_in(bob).post(address, {"decision": "decline", "reason": "No", "role": "lead"})
    assert second.status_code == 409
    registration.refresh_from_db()
    assert (registration.status, registration.decided_by) == ("accepted", ann)


def test_an_officer_accepts_it_as_the_record_it_resembles(sign_in):
    known = make_organisation("Ashfield Choir")
    registration = make_sent()
    said = {"decision": str(known.pk), "role": "lead"}
    sign_in(make_officer()).post(registration.get_absolute_url(), said)
    assert list(Organisation.objects.led_by(registration.person)) == [known]


def test_declining_without_a_reason_is_asked_again(sign_in):
    registration = make_sent()
    page = sign_in(make_officer()).post(
        registration.get_absolute_url(), {"decision": "decline", "role": "lead"}
    )
    assert page.context["form"].errors == {"reason": ["Say why: the person is told"]}


def test_council_people_add_organisations_instead_of_registering(sign_in):
    assert sign_in(make_officer()).get(reverse("upkeep:register")).status_code == 403


def test_mine_lists_what_is_being_registered(sign_in):
    draft = make_draft("Nearly Choir")
    assert "Nearly Choir" in sign_in(draft.person).get(reverse("organisations:mine")).content.decode()
    lead = make_lead(make_organisation())
    assert (
        "Nearly Choir" not in sign_in(lead).get(reverse("organisations:mine"), follow=True).content.decode()
    )
