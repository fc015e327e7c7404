"""The council's look and texts for everyone; settings for administrators."""

import io
import json
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from PIL import Image

from tests.factories import (
    make_administrator,
    make_councillor,
    make_officer,
    make_theme,
    make_user,
    make_ward,
)
from vcse_portal.borough.brand import clean_logo, contrast, text_on
from vcse_portal.borough.models import Council, PublicText, Theme, Ward
from vcse_portal.borough.operations import save_council, save_public_text, save_theme, starter_texts

pytestmark = pytest.mark.django_db
FILES = Path(__file__).parent.parent / "files"


@pytest.fixture
def administrator(sign_in):
    return sign_in(make_administrator())


def picture(size=(1200, 300), kind="PNG", mode="RGB"):
    file = io.BytesIO()
    Image.new(mode, size, "red" if mode != "L" else 100).save(file, kind)
    return file.getvalue()


COUNCIL = {
    "name": "Sampleton Council",
    "short_name": "Sampleton",
    "portal_name": "Sampleton Together",
    "gss_code": "E09000099",
    "email": "together@sampleton.example",
    "telephone": "020 7946 0000",
    "address": "",
    "phase": "beta",
    "brand_colour": "#3a1c71",
    "version": "1",
}


# Look --------------------------------------------------------------------------------------------------
def test_brand_css_carries_the_colour_and_is_not_sent_twice(client):
    response = client.get("/brand.css")
    assert response["Content-Type"] == "text/css"
    assert response.content == b":root{--govuk-brand-colour:#00594f;--app-brand-text-colour:#ffffff}\n"
    again = client.get("/brand.css", headers={"If-None-Match": response["ETag"]})
    assert (again.status_code, again.content) == (304, b"")
    save_council(brand_colour="#3a1c71")
    changed = client.get("/brand.css", headers={"If-None-Match": response["ETag"]})
    assert changed.status_code == 200
    assert b"#3a1c71" in changed.content
    assert "Set-Cookie" not in changed


@pytest.mark.parametrize(
    ("colour", "text"), [("#00594f", "#ffffff"), ("#ffdd00", "#0b0c0c"), ("#000000", "#ffffff")]
)
def test_text_on_reads_best(colour, text):
    assert text_on(colour) == text
    assert contrast(colour, text) >= 4.5


def test_save_council_refuses_a_colour_white_cannot_be_read_on(administrator):
    response = administrator.post(reverse("borough:council_edit"), COUNCIL | {"brand_colour": "#ffdd00"})
    assert "too light" in response.context["form"].errors["brand_colour"][0]
    assert Council.objects.count() == 0


def test_council_edit_saves_and_every_page_knows(administrator, client):
    logo = SimpleUploadedFile("logo.jpg", picture(kind="JPEG"))
    response = administrator.post(reverse("borough:council_edit"), COUNCIL | {"logo": logo})
    assert response.url == reverse("borough:settings")
    council = Council.objects.get()
    assert (council.name, council.version, council.logo_type) == ("Sampleton Council", 2, "image/png")
    assert b"Sampleton Together" in client.get(reverse("borough:public_text", args=["cookies"])).content
    event = council.events.order_by("pgh_id").last()
    assert event.pgh_context.metadata["deed"] == "council details saved"
    assert not hasattr(event, "logo")


def test_logo_is_encoded_afresh_small_and_harmless(administrator, client):
    assert client.get("/logo.png").status_code == 404
    save_council(logo=picture((4000, 1000)))
    response = client.get("/logo.png")
    assert (response["Content-Type"], response["X-Content-Type-Options"]) == ("image/png", "nosniff")
    with Image.open(io.BytesIO(response.content)) as image:
        assert image.size == (600, 150)
    assert len(response.content) <= 200_000
    save_council(remove_logo=True)
    assert client.get("/logo.png").status_code == 404


def test_clean_logo_drops_what_is_hidden_behind_the_picture():
    assert b"<script>" not in clean_logo(picture() + b"<script>alert(1)</script>")


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>",
        b"%PDF-1.7",
        picture()[:60],
        picture((9000, 9000), mode="L"),
    ],
    ids=["empty", "svg", "pdf", "truncated", "81 million pixels"],
)
def test_clean_logo_refuses_what_is_no_small_picture(data):
    from django.core.exceptions import ValidationError

    with pytest.raises(ValidationError):
        clean_logo(data)


def test_council_edit_of_a_stale_form_keeps_the_input_and_says_so(administrator):
    save_council(name="Changed meanwhile")
    response = administrator.post(reverse("borough:council_edit"), COUNCIL)
    assert response.status_code == 409
    assert "Sampleton Together" in response.content.decode()
    assert Council.objects.get().name == "Changed meanwhile"


# Texts -------------------------------------------------------------------------------------------------
BLOCKS = [
    "This accessibility statement applies to",
    "Feedback and contact information",
    "Enforcement procedure",
    "Equality Advisory and Support Service",
    "Equality and Human Rights Commission",
    "Technical information about this website’s accessibility",
    "Compliance status",
    "partially compliant with the",
    "Web Content Accessibility Guidelines version 2.2",
    "Non-accessible content",
    "Non-compliance with the accessibility regulations",
    "success criterion 1.3.1",
    "Disproportionate burden",
    "not within the scope of the accessibility regulations",
    "Preparation of this accessibility statement",
    "last tested",
    "has not been reviewed yet",
]


def test_accessibility_statement_of_a_fresh_house_has_every_required_block(client):
    shown = client.get("/about/accessibility/").content.decode()
    assert [block for block in BLOCKS if block not in shown] == []


@pytest.mark.parametrize("slug", ["accessibility", "privacy", "cookies"])
def test_starter_texts_name_the_council_and_leave_no_gap(client, slug):
    save_council(name="Sampleton Council", email="together@sampleton.example", telephone="020 7946 0000")
    shown = client.get(f"/about/{slug}/").content.decode()
    main = shown[shown.index("<main") : shown.index("</main>")]
    assert "{" not in main
    assert slug == "cookies" or "Sampleton Council" in main
    assert client.get("/about/nothing/").status_code == 404


def test_starter_texts_are_saved_once_and_never_over_the_councils_own():
    save_public_text("privacy", title="Privacy", body="Ours.")
    assert {text.slug for text in starter_texts()} == {"accessibility", "cookies"}
    assert starter_texts() == []
    assert PublicText.objects.get(slug="privacy").body == "Ours."


def test_public_text_edit_publishes_and_shows_the_review(administrator, client):
    today = timezone.localdate()
    parts = {"reviewed_on_0": today.day, "reviewed_on_1": today.month, "reviewed_on_2": today.year}
    data = {"title": "Cookies", "body": "We use **two**.", "version": "0", **parts}
    response = administrator.post(reverse("borough:public_text_edit", args=["cookies"]), data)
    assert response.url == "/about/cookies/"
    shown = client.get("/about/cookies/").content.decode()
    assert "<strong>two</strong>" in shown
    assert "Last reviewed on" in shown
    stale = administrator.post(
        reverse("borough:public_text_edit", args=["cookies"]), data | {"body": "Lost?"}
    )
    assert stale.status_code == 409
    assert "Lost?" in stale.content.decode()


def test_public_text_shows_no_markup_people_could_smuggle_in(client):
    save_public_text(
        "privacy", title="<b>Privacy</b>", body="<script>alert(1)</script> [x](javascript:alert(1))"
    )
    shown = client.get("/about/privacy/").content.decode()
    main = shown[shown.index("<main") : shown.index("</main>")]
    assert "<script" not in main
    assert 'href="javascript' not in main
    assert "<b>Privacy" not in shown


# Settings ----------------------------------------------------------------------------------------------
def test_settings_hub_counts_what_there_is(administrator):
    make_ward()
    make_theme()
    shown = administrator.get(reverse("borough:settings")).content.decode()
    assert "1 current ward" in shown
    assert "1 entry" in shown


def test_wards_page_loads_a_file_and_lists_closed_wards(administrator):
    address = reverse("borough:wards")
    content = (FILES / "wards_ons_2025.geojson").read_bytes()
    response = administrator.post(address, {"file": SimpleUploadedFile("w.geojson", content)}, follow=True)
    assert "Wards loaded: 3 new, 0 changed, 0 unchanged, 0 closed." in response.content.decode()
    data = json.loads(content.decode("utf-8-sig"))
    data["features"].pop()
    content = json.dumps(data).encode()
    response = administrator.post(address, {"file": SimpleUploadedFile("w.geojson", content)}, follow=True)
    assert "2 current wards, 1 closed." in response.content.decode()


@pytest.mark.parametrize("content", [b"{", b"{}", b'{"features": [{}]}', b"\x00" * 100])
def test_wards_page_refuses_what_is_no_boundary_file(administrator, content):
    response = administrator.post(reverse("borough:wards"), {"file": SimpleUploadedFile("w.json", content)})
    assert response.status_code == 200
    assert response.context["form"].errors
    assert Ward.objects.count() == 0


def test_listed_add_edit_close_and_reopen(administrator):
    address = reverse("borough:listed_add", args=["theme"])
    administrator.post(address, {"code": "Older-People", "name": "Older people", "description": ""})
    theme = Theme.objects.get()
    assert (theme.code, theme.position) == ("older-people", 1)
    again = administrator.post(address, {"code": "older-people", "name": "Twice"})
    assert again.context["form"].errors["code"] == ["There is an entry with this code already."]
    edit = reverse("borough:listed_edit", args=["theme", "older-people"])
    administrator.post(edit, {"name": "Later life", "description": "From 65", "version": 1})
    state = reverse("borough:listed_state", args=["theme", "older-people"])
    administrator.post(state)
    theme.refresh_from_db()
    assert (theme.name, theme.description, theme.is_current) == ("Later life", "From 65", False)
    administrator.post(state)
    theme.refresh_from_db()
    assert theme.is_current
    deeds = [e.pgh_context.metadata["deed"] for e in theme.events.order_by("pgh_id")]
    assert deeds == ["saved", "saved", "closed", "reopened"]


def test_listed_edit_does_not_write_over_what_somebody_else_saved(administrator):
    save_theme(code="arts", name="Arts")
    edit = reverse("borough:listed_edit", args=["theme", "arts"])
    version = administrator.get(edit).context["form"]["version"].value()
    save_theme(code="arts", name="Culture", description="Theirs")
    mine = {"name": "The arts", "description": "", "version": version}
    answer = administrator.post(edit, mine)
    assert answer.status_code == 409
    assert [(d.label, d.stored, d.written) for d in answer.context["differences"]] == [
        ("Name", "Culture", "The arts"),
        ("Description", "Theirs", "nothing"),
    ]
    assert Theme.objects.get().name == "Culture"
    again = mine | {"version": answer.context["form"]["version"].value()}
    assert administrator.post(edit, again).status_code == 302
    assert Theme.objects.get().name == "The arts"


def test_listed_edit_is_not_disturbed_by_a_new_order(administrator):
    for code in ("arts", "sport"):
        save_theme(code=code, name=code)
    edit = reverse("borough:listed_edit", args=["theme", "arts"])
    version = administrator.get(edit).context["form"]["version"].value()
    administrator.post(reverse("borough:listed_order", args=["theme"]), {"move": "sport up"})
    answer = administrator.post(edit, {"name": "The arts", "description": "", "version": version})
    assert answer.status_code == 302


def test_listed_order_moves_one_place_and_stops_at_the_ends(administrator):
    for code in ("a", "b", "c"):
        save_theme(code=code, name=code.upper())
    address = reverse("borough:listed_order", args=["theme"])

    def order(move):
        response = administrator.post(address, {"move": move})
        return response.status_code, "".join(Theme.objects.values_list("code", flat=True))

    assert order("c up") == (302, "acb")
    assert order("a up") == (302, "acb")
    assert order("a down") == (302, "cab")
    assert order("nothing up") == (404, "cab")


PAGES = [
    ("borough:settings", []),
    ("borough:council_edit", []),
    ("borough:wards", []),
    ("borough:listed", ["theme"]),
    ("borough:listed_add", ["directorate"]),
    ("borough:listed_edit", ["theme", "health"]),
]


@pytest.mark.parametrize(("name", "args"), PAGES)
def test_settings_pages_are_for_administrators_only(name, args, sign_in):
    make_theme(code="health")
    address = reverse(name, args=args)
    assert Client().get(address).status_code == 302
    for person in (make_user(), make_councillor(), make_officer("commissioning", "property", "performance")):
        assert sign_in(person).get(address).status_code == 403
    assert sign_in(make_administrator()).get(address).status_code == 200


@pytest.mark.parametrize(
    ("name", "args"), [("listed_state", ["theme", "health"]), ("listed_order", ["theme"])]
)
def test_settings_deeds_are_for_administrators_only(name, args, sign_in):
    theme = make_theme(code="health")
    address = reverse(f"borough:{name}", args=args)
    assert sign_in(make_officer()).post(address, {"move": "health up"}).status_code == 403
    theme.refresh_from_db()
    assert theme.is_current


def test_public_text_edit_is_for_administrators_and_partnerships(sign_in):
    address = reverse("borough:public_text_edit", args=["privacy"])
    answers = [
        (make_user(), 403),
        (make_councillor(), 403),
        (make_officer("property"), 403),
        (make_officer("partnerships"), 200),
        (make_administrator(), 200),
    ]
    assert Client().get(address).status_code == 302
    for person, status in answers:
        assert sign_in(person).get(address).status_code == status


@pytest.mark.parametrize("name", ["borough:wards", "borough:settings"])
def test_settings_ask_the_same_number_of_queries_for_one_and_four(
    name, administrator, django_assert_max_num_queries
):
    make_ward()
    make_theme()
    administrator.get(reverse(name))
    with django_assert_max_num_queries(10) as one:
        administrator.get(reverse(name))
    for _ in range(3):
        make_ward()
        make_theme()
    with django_assert_max_num_queries(len(one)):
        administrator.get(reverse(name))
