"""What a visitor reads is what somebody published: every public page, feed, download and export is opened.

Into every text of every record a word is written that stands nowhere else, unless PUBLIC says that visitors may
read that text. None of those words may be found. A new text is private until it is added to PUBLIC: that is a
decision to review, like a line of access.txt.
"""

import re
import subprocess
from collections.abc import Iterator
from io import StringIO
from itertools import count

import pytest
from django.contrib.auth.models import AnonymousUser
from django.contrib.postgres.fields import ArrayField
from django.core.management import call_command
from django.db import DatabaseError, models, transaction
from django.db.models import Q

from actions.models import Update
from commissioning.models import Intention
from organisations import operations as organisations
from organisations.conversations.models import Champion
from organisations.models import Contact, Organisation
from organisations.sector import operations as sector
from organisations.views import directory as pages_of_the_directory
from vcse_portal.discussion.models import Comment
from vcse_portal.search import registry as search

from .scene import NEEDS, Scene
from .test_models import our_models

pytestmark = pytest.mark.django_db
CANARY = re.compile(r"cnry[0-9a-z]{4}")
SHORTEST = 8  # letters
EVERYTHING = "*"
OPEN = Q(visibility="public", hidden_at=None)  # comments everybody reads

# Model → texts that visitors may read of the rows `visible_to` gives them, or [(rows, texts)] where the text has a
# consent or a state of its own
PUBLIC: dict[str, set[str] | str | list[tuple[Q, set[str]]]] = {
    **{
        f"borough.{name}": EVERYTHING
        for name in (
            "Council",
            "Directorate",
            "Theme",
            "Community",
            "Support",
            "Outcome",
            "Ward",
            "PublicText",
        )
    },
    "organisations.Organisation": [
        (
            Q(is_published=True),
            {
                *("name", "known_as", "summary", "website", "opening_text", "income_source", "languages"),
                *("themes", "communities", "wards_worked", "support_offered"),
            },
        ),
        (Q(is_published=True, is_address_public=True), {"address", "postcode"}),
    ],
    "organisations.Identifier": [(Q(organisation__is_published=True), {"number"})],
    "organisations.Contact": [(Q(organisation__is_published=True, consent=Contact.Consent.YES), {"value"})],
    "organisations.Link": {"note"},  # its form says that everyone may read it
    # who answers for what is published, and whoever wrote in public: each post shows its person
    "accounts.User": [
        (
            Q(pk__in=Intention.objects.filter(published_at__isnull=False).values("lead_officer"))
            | Q(pk__in=Comment.objects.filter(OPEN).values("author"))
            | Q(pk__in=Comment.objects.filter(OPEN).values("answered_by"))
            | Q(pk__in=Update.objects.exclude(action__plan__status="draft").values("author"))
            | Q(pk__in=Champion.objects.values("officer")),
            {"name", "post"},
        )
    ],
    "forums.Forum": {"name", "remit"},
    "forums.Seat": {"title"},
    "forums.Meeting": [
        (Q(forum__is_public=True), {"title", "place", "cancelled_reason"}),
        (Q(forum__is_public=True, status="closed"), {"minutes"}),
    ],
    "forums.Item": {"title", "about"},
    "forums.Paper": {"title"},
    "forums.Decision": {"text"},
    "events.Event": {
        *("title", "summary", "description", "programme", "place", "accessibility", "cancelled_reason"),
        "themes",
    },
    "discussion.Comment": [(OPEN, {"text", "answer"})],
    "actions.Plan": {"title", "summary"},
    "actions.Ambition": {"title", "description"},
    "actions.Action": {"title", "description", "lead_post", "timeframe", "resources_note"},
    "actions.Milestone": {"title"},
    "actions.Update": {"text"},
    "actions.Indicator": {"name", "unit"},
    "actions.IndicatorValue": {"source"},
    "compact.Document": {"title"},
    "compact.Version": {"introduction"},
    "compact.Clause": {"heading", "text"},
    "commissioning.Intention": [
        (
            Q(published_at__isnull=False),
            {
                *("title", "summary", "need", "portal_url", "withdrawn_reason"),
                *("themes", "communities", "wards", "outcomes"),
            },
        )
    ],
    "commissioning.Circular": {"title", "foreword"},
    "commissioning.CircularEntry": {"title", "summary", "source"},
    "assets.Asset": [
        (
            Q(is_published=True),
            {
                *(
                    "asset_code",
                    "uprn",
                    "name",
                    "street_number",
                    "street",
                    "town",
                    "postcode",
                    "other_detail",
                ),
                *("energy_rating", "owner_name", "owner_uri", "themes"),
            },
        )
    ],
}
# Texts that are codes, seals and the like: they say nothing of anybody, and a page could not be opened without
CODES = {
    *(
        "key",
        "kind",
        "code",
        "list_code",
        "period",
        "sha256",
        "figures_sha256",
        "digest",
        "worker",
        "password",
    ),
    *("number", "then", "url", "entry_uid", "name_sort", "lease"),
}
NOT_OURS_TO_WRITE = {
    "search.Entry",
    "search.Word",
    "search.Change",
    "borough.Postcode",
}  # made of other records
BY_LINK = re.compile("token|link|invitation")  # pages a mail leads one person to


# Canaries -----------------------------------------------------------------------------------------------
def texts(model) -> Iterator[models.Field]:
    """The fields of a model in which people write."""
    for field in model._meta.concrete_fields:
        kind = field.base_field if isinstance(field, ArrayField) else field
        is_text = isinstance(kind, models.CharField | models.TextField) and not isinstance(
            kind, models.SlugField
        )
        long_enough = (kind.max_length or SHORTEST) >= SHORTEST if is_text else False
        if is_text and long_enough and not kind.choices and field.name not in CODES and not field.primary_key:
            yield field


def written(field: models.Field, word: str):
    if isinstance(field, ArrayField):
        return [written(field.base_field, word)]
    if isinstance(field, models.EmailField):
        return f"{word}@private.example"
    return f"https://{word}.example" if isinstance(field, models.URLField) else word


def private_texts() -> Iterator[tuple[type[models.Model], int, models.Field]]:
    """(model, id of the row, field) of everything visitors may not read."""
    for model in our_models():
        if model._meta.label in NOT_OURS_TO_WRITE:
            continue
        public = set(public_texts(model))
        for pk in model._base_manager.values_list("pk", flat=True):
            yield from ((model, pk, field) for field in texts(model) if (pk, field.name) not in public)


def public_texts(model) -> Iterator[tuple[int, str]]:
    """(id of the row, name of the field) of what visitors may read."""
    told = PUBLIC.get(model._meta.label, [])
    for rows, names in told if isinstance(told, list) else [(None, told)]:
        found = visible(model) if rows is None else model._base_manager.filter(rows)
        names = [field.name for field in texts(model)] if names == EVERYTHING else names
        yield from ((pk, name) for pk in found.values_list("pk", flat=True) for name in names)


def visible(model):
    """The rows a visitor may know of, by the model's own answer or its parent's."""
    if hasattr(model, "visible_through"):
        parent = model._meta.get_field(model.visible_through)
        return model._base_manager.filter(**{f"{parent.name}__in": visible(parent.related_model)})
    return model.objects.visible_to(AnonymousUser())


def write_canaries() -> dict[str, str]:
    """Word → where it was written. What the database keeps frozen stays as it is."""
    places = {}
    for number, (model, pk, field) in zip(count(), list(private_texts()), strict=False):
        word = f"cnry{_base36(number)}"
        try:
            with transaction.atomic():
                model._base_manager.filter(pk=pk).update(**{field.name: written(field, word)})
        except DatabaseError:  # frozen, or empty as long as nothing has happened
            continue
        places[word] = f"{model._meta.label}.{field.name} of {pk}"
    for kind in search.sources:
        search.rebuild(kind)
    search.rebuild_words()
    return places


def _base36(number: int) -> str:
    digits = ""
    for _ in range(4):
        number, rest = divmod(number, 36)
        digits = "0123456789abcdefghijklmnopqrstuvwxyz"[rest] + digits
    return digits


# The walk -----------------------------------------------------------------------------------------------
LISTS = ("format=csv", "format=json", "q=cnry", "q=cnry&format=csv", "q=cnry0000", "full=true&per_page=100")
SEARCHES = ("search:", "organisations:directory", "organisations:map", "sector:oruk_organizations")
HERE = ("organisations:", "sector:", "search:")  # the rooms a control looks into


def everything(scene: Scene, person: str, rooms: tuple[str, ...]) -> Iterator[tuple[str, str]]:
    """(address, all that it answers) of every address of these rooms that anyone may type."""
    client = scene.client(person, raise_request_exception=False)
    for name, states in scene.addresses().items():
        if not name.startswith(rooms) or BY_LINK.search(NEEDS.get(name, "")):
            continue
        for address in states.values():
            page = client.get(address)
            yield address, _all_of(page)
            for query in LISTS if page.status_code == 200 else ():
                response = client.get(f"{address}?{query}")
                yield f"{address}?{query}", _all_of(response)
                if not name.startswith(SEARCHES) and response.get("Content-Type") == page.get("Content-Type"):
                    break  # no list: it has no downloads


def _all_of(response) -> str:
    return f"{response.headers}\n{_text(response)}".casefold()


def _text(response) -> str:
    content = b"".join(response) if response.streaming else response.content
    if response.headers.get("Content-Type") == "application/pdf" and len(content) > 1000:
        done = subprocess.run(["pdftotext", "-", "-"], input=content, capture_output=True, check=True)
        content = done.stdout
    return content.decode("utf-8", errors="replace")


def found(scene: Scene, places: dict[str, str], person="visitor", rooms=("",)) -> dict[str, str]:
    """Where each canary came from → the first address that gave it away; what was typed in the address aside."""
    seen = {}
    for address, text in everything(scene, person, rooms):
        for word in set(CANARY.findall(text)) - set(CANARY.findall(address)):
            seen.setdefault(places.get(word, word), address)
    return seen


@pytest.fixture(scope="module")
def places(scene, django_db_blocker) -> dict[str, str]:
    """Written once: each test's own changes are rolled back to here."""
    officer, ours = scene.people["partnerships"], scene.things["organisation"]["published"]
    with django_db_blocker.unblock():
        for channel in ("email", "telephone", "post"):
            for consent in ("no", "unknown"):
                organisations.save_contact(
                    ours.pk, by=officer, channel=channel, value="quiet@example.org", consent=consent
                )
        return write_canaries()


def test_canaries_are_everywhere(places):
    kinds = {place.split(" of ")[0] for place in places.values()}
    assert len(places) > 300
    assert kinds >= {
        "organisations.Organisation.address",
        "organisations.Organisation.status_reason",
        "organisations.Organisation.support_needs",
        "organisations.Organisation.support_wanted",
        "organisations.Organisation.name",
        "organisations.Contact.value",
        "conversations.Conversation.summary",
        "accounts.User.email",
        "mail.Message.text",
        "discussion.Comment.text",
    }


def test_a_visitor_finds_nothing_that_was_not_published(scene, places):
    leaks = found(scene, places)
    assert not leaks, "\n".join(f"{place}: {address}" for place, address in sorted(leaks.items()))


def test_what_is_made_in_the_background_holds_nothing_either(places, tmp_path):
    content = bytes(sector.make_paper().content)
    text = subprocess.run(
        ["pdftotext", "-", "-"], input=content, capture_output=True, check=True
    ).stdout.decode()
    for form in ("csv", "json", "oruk"):
        path = tmp_path / form
        call_command("export_organisations", format=form, output=path, stdout=StringIO())
        text += path.read_text()
    assert "ashfield youth club" in text.casefold()
    assert {places[word] for word in CANARY.findall(text.casefold())} == set()


# Controls -----------------------------------------------------------------------------------------------
def kinds(leaks: dict[str, str]) -> set[str]:
    return {place.split(" of ")[0] for place in leaks}


def test_control_the_walk_sees_what_an_officer_sees(scene, places):
    seen = kinds(found(scene, places, "partnerships", HERE))
    assert seen >= {
        "organisations.Organisation.name",
        "organisations.Organisation.address",
        "organisations.Organisation.support_needs",
        "organisations.Contact.value",
    }


def test_control_a_contact_that_is_published_by_mistake_is_seen(scene, places):
    Contact.objects.filter(consent="no").update(consent="yes")
    assert "organisations.Contact.value" in kinds(found(scene, places, rooms=HERE))


def test_control_a_download_that_forgets_who_asks_is_seen(scene, places, monkeypatch):
    monkeypatch.setattr(pages_of_the_directory, "can_see_officer_facts", lambda user: True)
    seen = kinds(found(scene, places, rooms=HERE))
    assert seen >= {"organisations.Organisation.address", "organisations.Organisation.support_wanted"}


def test_control_a_record_published_by_mistake_is_seen(scene, places):
    hidden = scene.things["organisation"]["unpublished"]
    Organisation.objects.filter(pk=hidden.pk).update(is_published=True)
    search.index(organisations.KIND, [hidden.pk])
    assert f"organisations.Organisation.name of {hidden.pk}" in found(scene, places, rooms=HERE)
