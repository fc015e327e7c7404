"""Who may do what: role × answer."""

import pytest
from django.contrib.auth.models import AnonymousUser

from compact import operations, permissions
from compact.models import Document, Signature, Version
from organisations.models import Organisation
from tests.compact.factories import make_adopted, make_document, make_draft, make_signature
from tests.factories import make_administrator, make_councillor, make_officer, make_user
from tests.organisations.factories import make_lead, make_member, make_organisation

pytestmark = pytest.mark.django_db
COUNCIL = {"partnerships", "property", "councillor", "administrator"}
EVERYONE = COUNCIL | {"visitor", "stranger", "representative", "lead"}


@pytest.fixture
def scene():
    thing = make_organisation("Ours")
    return thing, {
        "visitor": AnonymousUser(),
        "stranger": make_user(),
        "representative": make_member(thing),
        "lead": make_lead(thing),
        "partnerships": make_officer("partnerships"),
        "property": make_officer("property"),
        "councillor": make_councillor(),
        "administrator": make_administrator(),
    }


def answers(people, question) -> set[str]:
    given = {name: question(user) for name, user in people.items()}
    assert {type(a) for a in given.values()} == {bool}
    return {name for name, yes in given.items() if yes}


def test_can_draft_version(scene):
    assert answers(scene[1], permissions.can_draft_version) == {"partnerships"}


def test_can_edit_and_adopt_only_a_draft(scene):
    _, people = scene
    draft = make_draft()
    for question in (permissions.can_edit_version, permissions.can_adopt_version):
        assert answers(people, lambda u, q=question: q(u, draft)) == {"partnerships"}
    adopted = operations.adopt_version(draft.pk, by=make_officer())
    for question in (permissions.can_edit_version, permissions.can_adopt_version):
        assert answers(people, lambda u, q=question: q(u, adopted)) == set()


def test_can_sign_version(scene):
    thing, people = scene
    draft = make_draft()
    assert answers(people, lambda u: permissions.can_sign_version(u, draft, thing)) == set()
    adopted = operations.adopt_version(draft.pk, by=make_officer())
    assert answers(people, lambda u: permissions.can_sign_version(u, adopted, thing)) == {"lead"}
    assert answers(people, lambda u: permissions.can_sign_version(u, adopted, make_organisation())) == set()


def test_can_withdraw_signature(scene):
    thing, people = scene
    signature = make_signature(make_adopted(), thing)
    expected = {"lead", "partnerships"}
    assert answers(people, lambda u: permissions.can_withdraw_signature(u, signature)) == expected
    gone = operations.withdraw_signature(signature.pk, by=people["lead"])
    assert answers(people, lambda u: permissions.can_withdraw_signature(u, gone)) == set()


def test_can_see_who_signed(scene):
    assert answers(scene[1], permissions.can_see_who_signed) == COUNCIL


def test_visible_to_keeps_drafts_among_council_people(scene):
    _, people = scene
    draft = make_draft(make_document("charter"))
    adopted = make_adopted()

    def sees(model, pk):
        return answers(people, lambda u: model.objects.visible_to(u).filter(pk=pk).exists())

    assert sees(Version, draft.pk) == sees(Document, draft.document_id) == COUNCIL
    assert sees(Version, adopted.pk) == sees(Document, adopted.document_id) == EVERYONE
    make_adopted(adopted.document)
    assert sees(Version, adopted.pk) == EVERYONE


def test_visible_to_hides_signatures_of_unpublished_organisations(scene):
    _, people = scene
    hidden = make_organisation("Hidden", is_published=False)
    signature = make_signature(make_adopted(), hidden)
    people = people | {"signer": signature.signed_by}
    seen = answers(people, lambda u: Signature.objects.visible_to(u).exists())
    assert seen == COUNCIL | {"signer"}
    Organisation.objects.update(is_published=True)
    assert answers(people, lambda u: Signature.objects.visible_to(u).exists()) == EVERYONE | {"signer"}
