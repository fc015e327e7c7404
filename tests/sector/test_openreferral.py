"""Open Referral UK: what is published, in the profile's shape, in pages, with plain refusals in JSON."""

import json
from pathlib import Path
from uuid import UUID, uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from jsonschema import Draft202012Validator

from organisations import operations
from organisations.models import Identifier, Link, Organisation
from organisations.sector import openreferral
from tests.factories import make_community, make_officer, make_theme
from tests.organisations.factories import make_organisation

pytestmark = pytest.mark.django_db
API = "/sector/oruk/"
SHAPE = json.loads((Path(__file__).parents[1] / "files" / "oruk" / "organization.json").read_text())
OFFICIAL = Path(__file__).parents[3] / "shared" / "data" / "oruk" / "schema" / "compiled"
needs_official = [
    pytest.mark.real_data,
    pytest.mark.skipif(not OFFICIAL.exists(), reason="no ../shared/data"),
]


def get(client, path: str, status: int = 200, **query) -> dict:
    response = client.get(API + path, query)
    assert (response.status_code, response["Content-Type"]) == (status, "application/json")
    return response.json()


@pytest.fixture
def whole() -> Organisation:
    """An organisation with everything the profile has a place for, and what must not be told beside it."""
    officer, theme, community = make_officer(), make_theme("Health"), make_community("Elders")
    national = make_organisation("National Carers")
    thing = make_organisation(
        "Élan Café",
        summary="Tea, cake & company",
        website="https://elan.example.org/",
        themes=[theme.code],
        communities=[community.code],
        address="1 Hidden Street",
        support_needs="Secretly broke",
        numbers={Identifier.Scheme.CHARITY: "1164883", Identifier.Scheme.COMPANY: "02534145"},
    )
    operations.add_link(thing.pk, kind=Link.Kind.BRANCH, to_organisation_id=national.pk, by=officer)
    for value, consent in (("yes@example.org", "yes"), ("no@example.org", "no"), ("also@example.org", "yes")):
        operations.save_contact(thing.pk, by=officer, channel="email", value=value, consent=consent)
    return thing


def validator(schema: dict) -> Draft202012Validator:
    return Draft202012Validator(schema, format_checker=Draft202012Validator.FORMAT_CHECKER)


SCHEMAS = [
    pytest.param(lambda name: SHAPE, id="the shape of it"),
    pytest.param(
        lambda name: json.loads((OFFICIAL / f"{name}.json").read_text()), id="official", marks=needs_official
    ),
]


# Shape --------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("schema", SCHEMAS)
def test_organizations_are_valid(client, whole, schema):
    found = get(client, "organizations")["contents"]
    assert len(found) == 2
    for one in found:
        validator(schema("organization_list")).validate(one)
        validator(schema("organization")).validate(get(client, f"organizations/{one['id']}"))


@pytest.mark.parametrize("schema", SCHEMAS)
def test_control_what_lacks_its_name_is_not_valid(client, whole, schema):
    one = get(client, f"organizations/{whole.key}")
    del one["name"]
    assert not validator(schema("organization")).is_valid(one)


@pytest.mark.real_data
@pytest.mark.skipif(not OFFICIAL.exists(), reason="no ../shared/data")
def test_the_whole_register_is_a_valid_package(whole):
    lines = "".join(openreferral.package_lines([list(Organisation.objects.values_list("pk", flat=True))]))
    package = json.loads((OFFICIAL / "organization_package.json").read_text())
    validator(package).validate(json.loads(lines))


def test_organization_says_what_is_published(client, whole):
    one = get(client, f"organizations/{whole.key}")
    assert (one["id"], one["name"], one["description"]) == (
        str(whole.key),
        "Élan Café",
        "Tea, cake & company",
    )
    assert one["email"] == "yes@example.org"
    assert one["parent_organization_id"] == str(Organisation.objects.get(name="National Carers").key)
    assert [(i["identifier_scheme"], i["identifier"]) for i in one["organization_identifiers"]] == [
        ("GB-CHC", "1164883"),
        ("GB-COH", "02534145"),
    ]
    assert [(a["link_type"], a["taxonomy_term"]["name"]) for a in one["attributes"]] == [
        ("theme", "Health"),
        ("community", "Elders"),
    ]
    for hidden in ("no@example.org", "Hidden Street", "Secretly broke"):
        assert hidden not in json.dumps(one)


def test_a_record_without_words_still_has_the_description_the_profile_requires(client):
    thing = make_organisation("Plain")
    assert get(client, f"organizations/{thing.key}")["description"] == openreferral.NO_DESCRIPTION


def test_ids_are_the_same_each_time(client, whole):
    first, again = (get(client, f"organizations/{whole.key}") for _ in range(2))
    assert first == again
    ids = [UUID(one["id"]) for one in (first, *first["organization_identifiers"], *first["attributes"])]
    assert len(set(ids)) == 5


def test_unpublished_and_closed_are_not_there(client):
    hidden = make_organisation("Quiet House", is_published=False)
    closed = make_organisation("Gone", status="closed")
    branch = make_organisation("Branch")
    operations.add_link(branch.pk, kind=Link.Kind.BRANCH, to_organisation_id=hidden.pk, by=make_officer())
    found = get(client, "organizations")
    assert ([one["name"] for one in found["contents"]], found["total_items"]) == (["Branch"], 1)
    assert "parent_organization_id" not in get(client, f"organizations/{branch.key}")
    for gone in (hidden.key, closed.key, uuid4(), "nothing", "%00"):
        assert get(client, f"organizations/{gone}", 404) == {"error": "There is nothing with this id."}


def test_taxonomies_and_their_terms(client):
    make_theme("Health")
    themes = next(one for one in get(client, "taxonomies")["contents"] if one["name"] == "Activity themes")
    assert get(client, f"taxonomies/{themes['id']}") == themes
    term = next(one for one in get(client, "taxonomy_terms")["contents"] if one["name"] == "Health")
    assert term["taxonomy_id"] == themes["id"]
    assert get(client, f"taxonomy_terms/{term['id']}") == term


@pytest.mark.parametrize("path", ["services", "service_at_locations"])
def test_services_are_honestly_empty(client, path):
    assert get(client, path) == {
        "total_items": 0,
        "total_pages": 0,
        "page_number": 1,
        "size": 0,
        "first_page": True,
        "last_page": True,
        "empty": True,
        "contents": [],
    }
    get(client, f"{path}/{uuid4()}", 404)


def test_about_leads_to_its_description(client, settings):
    about = get(client, "")
    assert about["openapi_url"] == f"{settings.BASE_URL}{API}openapi.json"
    assert get(client, "openapi.json")["servers"] == [{"url": f"{settings.BASE_URL}{API}".rstrip("/")}]


# Pages --------------------------------------------------------------------------------------------------
def test_pages_meet_without_gap_or_overlap(client):
    for letter in "abcde":
        make_organisation(letter)
    pages = [get(client, "organizations", page=n, per_page=2) for n in (1, 2, 3)]
    assert [one["name"] for page in pages for one in page["contents"]] == list("abcde")
    assert [(p["first_page"], p["last_page"], p["size"], p["total_pages"]) for p in pages] == [
        (True, False, 2, 3),
        (False, False, 2, 3),
        (False, True, 1, 3),
    ]


def test_per_page_may_be_written_in_either_way(client):
    for _ in range(3):
        make_organisation()
    assert (
        get(client, "organizations", perPage=2)["size"]
        == get(client, "organizations", per_page=2)["size"]
        == 2
    )


def test_a_page_past_the_last_is_empty(client):
    make_organisation()
    page = get(client, "organizations", page=1_000_000)
    assert (page["empty"], page["contents"], page["total_items"]) == (True, [], 1)


@pytest.mark.parametrize("name", ["page", "per_page", "perPage"])
@pytest.mark.parametrize("value", ["", "0", "-1", "1.5", "x", "²", "١", "9" * 400, "1000001", "\0", " 1"])
def test_parameters_nobody_can_make_sense_of_are_refused_in_json(client, name, value):
    error = get(client, "organizations", 400, **{name: value})["error"]
    assert error.startswith(f"{name} must be a whole number from 1 to ")


@pytest.mark.parametrize("path", ["", "organizations", "services", "openapi.json"])
def test_only_reading_is_offered(client, path):
    for method in ("post", "put", "delete"):
        assert getattr(client, method)(API + path).status_code == 405


@pytest.mark.parametrize("number", [1, 4])
def test_pages_ask_the_same_statements_however_long(client, number):
    for _ in range(number):
        make_organisation()
    client.get(API + "organizations")
    with CaptureQueriesContext(connection) as captured:
        client.get(API + "organizations")
    assert len(captured) == 4


# Conditional requests -----------------------------------------------------------------------------------
def test_who_has_these_bytes_is_told_so(client, whole):
    first = client.get(API + "organizations")
    assert first["Last-Modified"]
    again = client.get(API + "organizations", headers={"If-None-Match": first["ETag"]})
    assert (again.status_code, again.content, again["ETag"]) == (304, b"", first["ETag"])


def test_what_is_withdrawn_is_gone_at_once(client, whole):
    tag = client.get(f"{API}organizations/{whole.key}")["ETag"]
    contact = whole.contacts.get(value="yes@example.org")
    operations.remove_contact(whole.pk, contact.pk, by=make_officer())
    again = client.get(f"{API}organizations/{whole.key}", headers={"If-None-Match": tag})
    assert (again.status_code, again.json()["email"]) == (200, "also@example.org")


def test_any_site_may_read_it(client):
    assert client.get(API + "organizations")["Access-Control-Allow-Origin"] == "*"
    assert client.get(API + "organizations/x")["Access-Control-Allow-Origin"] == "*"
