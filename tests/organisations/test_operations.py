from decimal import Decimal
from uuid import uuid4

import pytest
from django.core.exceptions import ValidationError

from organisations import operations
from organisations.models import Identifier, Membership, Organisation
from tests.factories import make_officer, make_theme, make_user, make_ward
from tests.organisations.factories import make_lead, make_organisation
from vcse_portal.borough.models import Postcode
from vcse_portal.history.timeline import timeline
from vcse_portal.mail.models import Message
from vcse_portal.search.models import Audience, Entry
from vcse_portal.ui.conflict import Conflict

pytestmark = pytest.mark.django_db
CHARITY, COMPANY = Identifier.Scheme.CHARITY, Identifier.Scheme.COMPANY


def test_add_organisation_works_out_band_ward_and_search_entry():
    ward = make_ward("Greenhill")
    Postcode.objects.create(code="HA12AA", ward=ward)
    theme = make_theme("Health")
    made = operations.add_organisation(
        by=make_officer(),
        name="Élan Café",
        income=Decimal(9_000),
        postcode="HA1 2AA",
        themes=[theme.code],
        numbers={CHARITY: "1164883", COMPANY: "2534145"},
    )
    made.refresh_from_db()
    assert (made.name_sort, made.band, made.ward) == ("elan cafe", "micro", ward)
    assert [(i.scheme, i.number) for i in made.identifiers.all()] == [
        (CHARITY, "1164883"),
        (COMPANY, "02534145"),
    ]
    entry = Entry.objects.get(kind="organisation", object_id=made.pk)
    assert (entry.title, entry.audience) == ("Élan Café", Audience.EVERYONE)
    assert entry.facets == [
        "band:micro",
        "structure:unknown",
        f"theme:{theme.code}",
        f"ward:{ward.code}",
    ]


def test_add_organisation_refuses_an_unknown_theme_and_keeps_nothing():
    with pytest.raises(ValidationError, match="Not a known theme: nonsense."):
        operations.add_organisation(by=make_officer(), name="A", themes=["nonsense"])
    assert Organisation.objects.count() == 0


def test_add_organisation_refuses_a_number_that_another_holds_and_keeps_nothing():
    make_organisation("First", numbers={CHARITY: "1164883"})
    with pytest.raises(ValidationError, match="1164883 already belongs to First."):
        make_organisation("Second", numbers={CHARITY: "1164883"})
    assert [o.name for o in Organisation.objects.all()] == ["First"]


def test_add_organisation_with_the_key_of_an_earlier_click_gives_that_record():
    key = uuid4()
    first = make_organisation("First", key=key)
    assert make_organisation("First", key=key) == first
    assert make_organisation("First", key=uuid4()) != first


def test_save_contact_with_the_key_of_an_earlier_click_adds_none():
    thing, key = make_organisation(), uuid4()
    facts = {"by": make_officer(), "channel": "email", "value": "a@example.org", "consent": "yes"}
    for _ in range(2):
        operations.save_contact(thing.pk, key=key, **facts)
    assert thing.contacts.count() == 1


def test_end_membership_ends_the_mandate_at_once():
    thing = make_organisation()
    lead = make_lead(thing)
    operations.end_membership(thing.memberships.get(user=lead).pk, by=make_officer())
    assert not Organisation.objects.led_by(lead).exists()


def test_edit_organisation_changes_facts_numbers_and_history():
    officer = make_officer(name="Ann Officer")
    thing = make_organisation("Before", numbers={CHARITY: "1164883"})
    operations.edit_organisation(thing.pk, version=1, by=officer, name="After", numbers={CHARITY: ""})
    thing.refresh_from_db()
    assert (thing.name, thing.version, thing.identifiers.count()) == ("After", 2, 0)
    latest = timeline(thing)[0]
    assert (latest.who, latest.what) == ("Ann Officer", "Edited")
    assert [(c.label, c.old, c.new) for c in latest.changes] == [("Organisation name", "Before", "After")]


def test_edit_organisation_refuses_a_stale_version():
    thing = make_organisation()
    operations.edit_organisation(thing.pk, version=1, by=make_officer(), name="Newer")
    with pytest.raises(Conflict):
        operations.edit_organisation(thing.pk, version=1, by=make_officer(), name="Older")
    thing.refresh_from_db()
    assert thing.name == "Newer"


def test_edit_organisation_takes_an_unpublished_one_out_of_public_search():
    thing = make_organisation()
    operations.edit_organisation(thing.pk, version=1, by=make_officer(), is_published=False)
    assert Entry.objects.get(object_id=thing.pk).audience == Audience.COUNCIL


def test_edit_organisation_takes_a_closed_one_out_of_search():
    thing = make_organisation()
    operations.edit_organisation(thing.pk, version=1, by=make_officer(), status="closed")
    assert not Entry.objects.filter(object_id=thing.pk).exists()


def test_ask_for_membership_writes_to_the_leads():
    thing = make_organisation()
    lead = make_lead(thing)
    membership = operations.ask_for_membership(thing.pk, by=make_user())
    message = Message.objects.get(kind="membership_asked")
    assert (membership.confirmed_at, [d.email for d in message.deliveries.all()]) == (None, [lead.email])


def test_ask_for_membership_writes_to_partnerships_when_nobody_leads():
    officer = make_officer("partnerships")
    operations.ask_for_membership(make_organisation().pk, by=make_user())
    message = Message.objects.get(kind="membership_asked")
    assert [d.email for d in message.deliveries.all()] == [officer.email]


def test_ask_for_membership_twice_is_refused():
    thing, user = make_organisation(), make_user()
    operations.ask_for_membership(thing.pk, by=user)
    with pytest.raises(ValidationError, match="already asked"):
        operations.ask_for_membership(thing.pk, by=user)


def test_confirm_membership_tells_the_person_and_counts_from_now():
    thing, user, officer = make_organisation(), make_user(), make_officer()
    membership = operations.ask_for_membership(thing.pk, by=user)
    assert not Organisation.objects.spoken_for_by(user).exists()
    operations.confirm_membership(membership.pk, by=officer)
    assert list(Organisation.objects.spoken_for_by(user)) == [thing]
    message = Message.objects.get(kind="membership_confirmed")
    assert [d.email for d in message.deliveries.all()] == [user.email]


def test_confirm_membership_twice_is_refused():
    thing, officer = make_organisation(), make_officer()
    membership = operations.ask_for_membership(thing.pk, by=make_user())
    operations.confirm_membership(membership.pk, by=officer)
    with pytest.raises(ValidationError, match="already been confirmed"):
        operations.confirm_membership(membership.pk, by=officer)


def test_end_membership_declines_a_request_which_can_then_not_be_confirmed():
    thing, officer = make_organisation(), make_officer()
    membership = operations.ask_for_membership(thing.pk, by=make_user())
    operations.end_membership(membership.pk, by=officer)
    with pytest.raises(ValidationError, match="declined or withdrawn"):
        operations.confirm_membership(membership.pk, by=officer)
    assert timeline(membership)[0].what == "Declined"


def test_add_membership_twice_is_refused():
    thing, user, officer = make_organisation(), make_user(), make_officer()
    operations.add_membership(thing.pk, user.pk, role=Membership.Role.LEAD, by=officer)
    with pytest.raises(ValidationError, match="already speaks"):
        operations.add_membership(thing.pk, user.pk, role=Membership.Role.LEAD, by=officer)
    assert list(Organisation.objects.led_by(user)) == [thing]


def test_save_contact_refuses_an_unknown_channel():
    with pytest.raises(ValidationError):
        operations.save_contact(
            make_organisation().pk, by=make_officer(), channel="pigeon", value="x", consent="yes"
        )


def test_edit_organisation_leaves_the_old_ward_behind_with_the_old_postcode():
    ward = make_ward("Greenhill")
    Postcode.objects.create(code="HA12AA", ward=ward)
    made = make_organisation(postcode="HA1 2AA")
    operations.edit_organisation(made.pk, version=1, by=make_officer(), name="Still here")
    assert Organisation.objects.get().ward == ward
    operations.edit_organisation(made.pk, version=2, by=make_officer(), postcode="LS1 1AA")
    assert Organisation.objects.get().ward is None


def test_edit_organisation_without_a_known_postcode_keeps_the_ward_it_was_given():
    ward = make_ward("Greenhill")
    made = make_organisation(ward=ward, postcode="HA1 2AA")
    operations.edit_organisation(made.pk, version=1, by=make_officer(), name="Still here", postcode="HA1 2AA")
    assert Organisation.objects.get().ward == ward


def test_save_and_remove_contact_stand_in_the_history_of_the_organisation():
    made, officer = make_organisation(), make_officer()
    contact = operations.save_contact(made.pk, by=officer, channel="email", value="a@b.org", consent="no")
    operations.remove_contact(made.pk, contact.pk, by=officer)
    assert [e.what for e in timeline(made)][:2] == ["Contact removed", "Contact saved"]
    made.refresh_from_db()
    assert made.version == 1  # nobody who edits the rest is disturbed
    assert made.contacts.count() == 0


def test_ask_for_membership_of_a_closed_organisation_is_refused():
    made = make_organisation(status="closed")
    with pytest.raises(ValidationError, match="closed"):
        operations.ask_for_membership(made.pk, by=make_user())
    assert Membership.objects.count() == 0


def test_add_membership_confirms_a_person_who_has_asked_and_tells_them():
    made, person, officer = make_organisation(), make_user(), make_officer()
    asked = operations.ask_for_membership(made.pk, by=person)
    operations.add_membership(made.pk, person.pk, role="lead", by=officer)
    asked.refresh_from_db()
    assert (asked.role, asked.confirmed_by, Membership.objects.count()) == ("lead", officer, 1)
    assert Message.objects.filter(kind="membership_confirmed").count() == 1


def test_add_membership_tells_the_person():
    made, person = make_organisation("Hale Youth Club"), make_user()
    operations.add_membership(made.pk, person.pk, role="lead", by=make_officer())
    message = Message.objects.get(kind="membership_confirmed")
    assert message.deliveries.get().email == person.email
