"""What the Open Referral UK addresses say of themselves, as an OpenAPI 3.0 description. Tests hold it true."""

from django.conf import settings
from django.urls import reverse

USUAL_PAGE, LONGEST_PAGE, LARGEST_PAGE = 50, 100, 1_000_000


def description() -> dict:
    return {
        "openapi": "3.0.3",
        "info": {
            "title": "Organisations as Open Referral UK",
            "version": "3.0",
            "description": "The public directory of voluntary and community organisations, read-only, no key"
            " needed. Organisations and the lists that classify them; services are not held, so those lists are empty.",
            "license": {
                "name": "Open Government Licence v3.0",
                "url": "https://www.nationalarchives.gov.uk/doc/open-government-licence/version/3/",
            },
        },
        "servers": [{"url": settings.BASE_URL + reverse("sector:oruk").rstrip("/")}],
        "paths": {
            "/": _path("getAPIMetaInformation", "About this API", _object(ABOUT)),
            **_thing("organizations", "Organisation", "organizations", "Organization", "OrganizationInList"),
            **_thing("taxonomies", "Taxonomy", "taxonomies", "Taxonomy", "Taxonomy"),
            **_thing(
                "taxonomy_terms", "TaxonomyTerm", "terms of the taxonomies", "TaxonomyTerm", "TaxonomyTerm"
            ),
            **_thing("services", "Service", "services: none are held", None, "Nothing"),
            **_thing(
                "service_at_locations",
                "ServiceAtLocation",
                "places of services: none are held",
                None,
                "Nothing",
            ),
        },
        "components": {"schemas": SCHEMAS, "parameters": PARAMETERS},
    }


def _text(**more) -> dict:
    return {"type": "string", **more}


UUID = _text(format="uuid")


def _object(properties: dict, required: tuple[str, ...] = ()) -> dict:
    return {"type": "object", "properties": properties, **({"required": list(required)} if required else {})}


def _list(name: str) -> dict:
    return {"type": "array", "items": {"$ref": f"#/components/schemas/{name}"}}


ABOUT = {"version": _text(), "profile": _text(format="uri"), "openapi_url": _text(format="uri")}
IN_LIST = {
    "id": UUID,
    "name": _text(),
    "description": _text(),
    "email": _text(),
    "website": _text(),
    "uri": _text(),
    "parent_organization_id": UUID,
}
TERM = {
    "id": UUID,
    "name": _text(),
    "description": _text(),
    "taxonomy": _text(),
    "taxonomy_id": UUID,
    "term": _text(),
}
NAMED = ("id", "name", "description")
PAGE = {
    **dict.fromkeys(("total_items", "total_pages", "page_number", "size"), {"type": "integer", "minimum": 0}),
    **dict.fromkeys(("first_page", "last_page", "empty"), {"type": "boolean"}),
}
SCHEMAS = {
    "OrganizationInList": _object(IN_LIST, NAMED),
    "Organization": _object(
        {
            **IN_LIST,
            "organization_identifiers": _list("OrganizationIdentifier"),
            "attributes": _list("Attribute"),
        },
        NAMED,
    ),
    "OrganizationIdentifier": _object(
        {"id": UUID, "identifier_scheme": _text(), "identifier_type": _text(), "identifier": _text()},
        ("id", "identifier_type", "identifier"),
    ),
    "Attribute": _object(
        {
            "id": UUID,
            "link_id": UUID,
            "taxonomy_term_id": UUID,
            "link_type": _text(),
            "taxonomy_term": {"$ref": "#/components/schemas/TaxonomyTerm"},
        },
        ("id",),
    ),
    "Taxonomy": _object({"id": UUID, "name": _text(), "description": _text()}, NAMED),
    "TaxonomyTerm": _object(TERM, NAMED),
    "Nothing": _object({}),
    "Error": _object({"error": _text()}, ("error",)),
}


def _parameter(name: str, about: str, largest: int, usual: int, **more) -> dict:
    schema = {"type": "integer", "minimum": 1, "maximum": largest, "default": usual}
    return {"name": name, "in": "query", "required": False, "description": about, "schema": schema, **more}


PARAMETERS = {
    "page": _parameter("page", "Which page.", LARGEST_PAGE, 1),
    "per_page": _parameter("per_page", "How many on a page.", LONGEST_PAGE, USUAL_PAGE),
    "perPage": _parameter("perPage", "The same as per_page.", LONGEST_PAGE, USUAL_PAGE, deprecated=True),
}


def _answers(schema: dict) -> dict:
    return {"description": "Found", "content": {"application/json": {"schema": schema}}}


ERROR = {
    "description": "What is wrong",
    "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Error"}}},
}


def _path(operation: str, summary: str, schema: dict) -> dict:
    return {"get": {"operationId": operation, "summary": summary, "responses": {"200": _answers(schema)}}}


def _thing(path: str, name: str, words: str, one: str | None, in_list: str) -> dict:
    page = _object({**PAGE, "contents": _list(in_list)}, (*PAGE, "contents"))
    listed = {
        "get": {
            "operationId": f"getPaginatedListOf{name}",
            "summary": f"A page of {words}",
            "parameters": [{"$ref": f"#/components/parameters/{parameter}"} for parameter in PARAMETERS],
            "responses": {"200": _answers(page), "400": ERROR},
        }
    }
    found = {"200": _answers({"$ref": f"#/components/schemas/{one}"})} if one else {}
    single = {
        "parameters": [{"name": "id", "in": "path", "required": True, "schema": UUID}],
        "get": {
            "operationId": f"get{name}ById",
            "summary": f"One of the {words}",
            "responses": {**found, "404": ERROR},
        },
    }
    return {f"/{path}": listed, f"/{path}/{{id}}": single}
