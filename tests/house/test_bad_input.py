"""Bad input at every form, list and address there is: a clear sentence, the right status, nothing half done.

Forms are found by opening every address as somebody who may; wrong roles are test_access's matter.
"""

from contextlib import contextmanager
from dataclasses import dataclass

import pytest
from django import forms
from django.db import connection, transaction
from django.test import Client

from vcse_portal.ui.forms import DateField

from .filling import answer, covered_fields, text_fields
from .scene import PEOPLE, Scene
from .test_access import read, sections
from .test_unsafe_methods import OF_VISITS

pytestmark = pytest.mark.django_db

OF_THE_LIBRARY = ("account_", "mfa_", "socialaccount_", "usersessions_")  # django-allauth tests its own
TEN_MEGABYTES = b"text=" + b"x" * 10_000_000
BAD_DATES = [
    ("31", "2", "2027"),
    ("0", "0", "0"),
    ("1", "13", "2027"),
    ("x", "y", "z"),
    ("1", "1", "99999999"),
]
BAD_NUMBERS = ["9" * 60, "NaN", "1e999", "-1", "١٢", "0x10", "1,2,3", "∞"]
BAD_TEXTS = ["a\0b", "\0", "x" * 100_000]
NO_IDS = ["-1", "text", "%00", "..%2f..%2fetc", "1%27--", "%F0%9F%92%A9", "x" * 3_000]
BAD_QUERIES = [
    "page=999999999",
    "page=-1",
    "page=x",
    "page=" + "9" * 400,
    "page=%00",
    "nothing=1&theme=nothing&ward=nothing&status=nothing&band=nothing&stage=nothing&sort=nothing&kind=nothing",
    "q=" + "x" * 5_000,
    "q=%00&theme=%00&ward=%00",
    "q=%27%3B+DROP+TABLE&after=nonsense&before=W10&last=2",
    "q=%25%5F%5C&from=-5&show=nothing&directorate=999999999999999999999",
    "q=%ED%A0%80&theme=%FF",
    "&".join(["theme=x"] * 900),
]
# somebody who waits for a link in vain asks again, and gets it again, five times an hour at most
MEANT_TWICE = {"mail:subscribe", "mail:preferences_ask"}
# what is counted up or said once more at every press, and what holds no record of ours
NOT_COUNTED = OF_VISITS | {"pghistory_context"}


@dataclass
class Page:
    """A form as found: its address, somebody who may, and the form."""

    name: str
    address: str
    person: str
    form: forms.Form

    def __str__(self):
        return f"{self.address} ({self.name}) as {self.person}"


@pytest.fixture(scope="module")
def pages(scene) -> list[tuple[str, str, str, dict]]:
    """(URL name, address, person, context) of every page, as one who may read it.

    Public pages hold forms for some people only: they are opened by an officer and a lead too.
    """
    addresses, found = scene.addresses(), []
    for name, states, methods, cells in (read(line) for room in sections().values() for line in room):
        may = [person for person, cell in zip(PEOPLE, cells, strict=True) if cell == "200"]
        people = {"partnerships", "lead", *may[-1:]} if "visitor" in may else may[-1:]
        for person in people if "GET" in methods else ():
            for state in states:
                response = scene.client(person).get(addresses[name][state])
                if getattr(response, "context", None) is not None:
                    found.append((name, addresses[name][state], person, response.context))
    return found


@pytest.fixture(scope="module")
def filled(pages, scene) -> list[Page]:
    """Every form that is sent by POST, once."""
    found, closed = {}, set(refused_posts(scene.addresses()))
    for name, address, person, context in pages:
        for form in _forms_in(context) if (address, person) not in closed else ():
            to = getattr(form, "action", "") or address
            if getattr(form, "method", "post") == "post" and not name.startswith(OF_THE_LIBRARY):
                found.setdefault((to, type(form)), Page(name, to, person, form))
    return list(found.values())


def refused_posts(addresses):
    """(address, person) where a person reads a page and may do nothing."""
    for name, states, methods, cells in (read(line) for room in sections().values() for line in room):
        may_not = [person for person, cell in zip(PEOPLE, cells, strict=True) if cell == "403"]
        if "POST" in methods:
            yield from ((addresses[name][state], person) for state in states for person in may_not)


@pytest.fixture(scope="module")
def kinds(filled) -> list[Page]:
    """One of each address's forms, whatever the object's state."""
    return list({(page.name, type(page.form)): page for page in filled}.values())


def _forms_in(context):
    places = [context, context.get("discussion", {})]
    return [place["form"] for place in places if isinstance(place.get("form"), forms.BaseForm)]


@contextmanager
def undone():
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


def send(scene: Scene, page: Page, sent: dict, client: Client | None = None):
    """With its file, if the form takes one; what a browser would not send is left out."""
    client = client or scene.client(page.person, raise_request_exception=False)
    return client.post(page.address, sent)


def counts() -> dict[str, int]:
    with connection.cursor() as cursor:
        tables = {t for t in connection.introspection.table_names(cursor) if not t.endswith("event")}
        cursor.execute(
            " UNION ALL ".join(
                f"""SELECT '{t}', count(*) FROM "{t}" """ for t in sorted(tables - NOT_COUNTED)
            )
        )
        return dict(cursor.fetchall())


def silent(scene: Scene, page: Page, bad: dict[str, dict]) -> list[str]:
    """Send a form with the bad answers of some fields; say of which of them it says nothing."""
    if not bad:
        return []
    with undone():
        sent = answer(page.form)
        for one in bad.values():
            sent |= one
        response = send(scene, page, sent)
    if response.status_code != 200:
        return [f"{page}: {sorted(bad)} answered {response.status_code}"]
    errors = next(iter(_forms_in(response.context))).errors
    return [f"{page}: nothing said of {field}" for field in bad if not errors.get(field)]


def visible_fields(form: forms.Form, *kinds: type) -> list[str]:
    """Fields of these kinds that are asked for whatever is answered elsewhere."""
    covered = covered_fields(form)
    return [b.html_name for b in form if isinstance(b.field, kinds) and b.name not in covered]


# Forms -------------------------------------------------------------------------------------------------
def test_forms_are_found(kinds):
    assert len({page.name for page in kinds}) > 40


def test_ten_megabytes_get_a_page(scene, kinds):
    for page in kinds:
        client = scene.client(page.person, raise_request_exception=False)
        response = client.post(page.address, TEN_MEGABYTES, content_type="application/x-www-form-urlencoded")
        assert response.status_code == 413, str(page)
        assert b"<h1" in response.content
        assert b"more than we can take" in response.content


@pytest.mark.parametrize("text", BAD_TEXTS, ids=["NUL within", "NUL", "100,000 characters"])
def test_text_we_cannot_keep_gets_a_sentence(text, scene, kinds):
    bad = [(page, {field: {field: text} for field in text_fields(page.form)}) for page in kinds]
    assert sum(len(fields) for _page, fields in bad) > 60
    assert [said for page, fields in bad for said in silent(scene, page, fields)] == []


@pytest.mark.parametrize("parts", BAD_DATES, ids="-".join)
def test_dates_that_do_not_exist_get_a_sentence(parts, scene, kinds):
    bad = [
        (page, {field: {f"{field}_{n}": part for n, part in enumerate(parts)} for field in fields})
        for page in kinds
        if (fields := visible_fields(page.form, DateField))
    ]
    assert len(bad) > 5
    assert [said for page, fields in bad for said in silent(scene, page, fields)] == []


@pytest.mark.parametrize("value", ["nothing", "9" * 30, "a\0b"], ids=["unknown", "huge", "NUL"])
def test_answers_that_were_not_offered_get_a_sentence(value, scene, kinds):
    chosen = (forms.ChoiceField, forms.ModelChoiceField)
    bad = [(page, {field: {field: value} for field in visible_fields(page.form, *chosen)}) for page in kinds]
    assert sum(len(fields) for _page, fields in bad) > 20
    assert [said for page, fields in bad for said in silent(scene, page, fields)] == []


@pytest.mark.parametrize("number", BAD_NUMBERS)
def test_numbers_that_are_none_break_nothing(number, scene, kinds):
    tried = 0
    for page in kinds:
        fields = visible_fields(page.form, forms.IntegerField, forms.DecimalField, forms.UUIDField)
        if fields:
            with undone():
                response = send(scene, page, answer(page.form) | dict.fromkeys(fields, number))
            assert response.status_code < 500, str(page)
            tried += len(fields)
    assert tried > 20


def test_a_second_click_does_nothing_twice(scene, filled):
    done, twice = set(), []
    for page in filled:
        with undone():
            sent, client = answer(page.form, renames="Again"), scene.client(page.person)
            if send(scene, page, sent, client).status_code != 302:
                continue
            done.add(page.name)
            once = counts()
            assert send(scene, page, sent, client).status_code in (200, 302, 403, 404, 409), str(page)
            more = {table: (once[table], n) for table, n in counts().items() if n != once[table]}
            twice += [f"{page}: {more}"] if more and page.name not in MEANT_TWICE else []
    assert len(done) > 25
    assert not twice, "\n".join(twice)


def test_a_stale_form_gets_the_conflict_page(scene, filled):
    tried, wrong = set(), []
    for page in filled:
        if "version" not in page.form.fields or not text_fields(page.form) or not _is_of_a_record(page):
            continue
        with undone():
            client = scene.client(page.person)
            first = send(scene, page, answer(page.form, renames="First"), client)
            if first.status_code != 302:
                continue
            tried.add(page.name)
            response = send(scene, page, answer(page.form, renames="Second"), client)
            if response.status_code != 409 or b"Second" not in response.content:
                wrong.append(f"{page}: {response.status_code}")
    assert len(tried) > 12
    assert not wrong, "\n".join(wrong)


def _is_of_a_record(page: Page) -> bool:
    """One that changes something; a form that makes a new thing has nothing to be stale against."""
    return not page.name.endswith(("_add", "_record"))


@pytest.mark.parametrize(
    ("content_type", "body"),
    [
        ("text/plain", b"hello"),
        ("application/json", b"{"),
        ("multipart/form-data", b"no boundary"),
        ("multipart/form-data; boundary=b", b'--b\r\nContent-Disposition: form-data; name="a'),
        ("application/x-www-form-urlencoded", b"%FF%00=%ED%A0%80&title=%FF&text=%FF"),
    ],
)
def test_bodies_that_are_no_form_break_nothing(content_type, body, scene, kinds):
    for page in kinds:
        with undone():
            client = scene.client(page.person, raise_request_exception=False)
            response = client.post(page.address, body, content_type=content_type)
        assert response.status_code in (200, 302, 400), str(page)


# Lists and addresses -----------------------------------------------------------------------------------
@pytest.mark.parametrize("query", BAD_QUERIES, ids=lambda query: query[:30])
def test_absurd_queries_break_no_list(query, scene, pages):
    lists = {page[0]: page for page in pages if any(key in page[3] for key in ("page", "found", "matches"))}
    assert len(lists) > 10
    for _name, address, person, _context in lists.values():
        client = scene.client(person, raise_request_exception=False)
        for download in ("", "&format=csv"):
            response = client.get(f"{address}?{query}{download}")
            b"".join(response)
            assert response.status_code in (200, 302, 400), f"{address}?{query[:60]}{download}"


def with_another_id(scene: Scene, bad: str):
    """(URL name, address) of every page about a numbered thing, the number replaced."""
    for name, states in scene.addresses().items():
        segments = next(iter(states.values())).split("/")
        for index, segment in enumerate(segments):
            if segment.isdigit() and not name.startswith(OF_THE_LIBRARY):
                yield name, "/".join([*segments[:index], bad, *segments[index + 1 :]])


@pytest.mark.parametrize("person", ["administrator", "partnerships"])
@pytest.mark.parametrize("bad", ["0", "9" * 30])
def test_ids_nobody_has_are_not_found(bad, person, scene):
    client, tried = scene.client(person, raise_request_exception=False), 0
    for name, address in with_another_id(scene, bad):
        with undone():
            answered = {client.get(address).status_code, client.post(address).status_code}
        # taking away what is not there is a second click
        allowed = {302, 403, 404, 405} if name.endswith("_remove") else {403, 404, 405}
        assert answered <= allowed, f"{name}: {address} answered {answered}"
        tried += 1
    assert tried > 50


def test_ids_that_are_no_numbers_are_not_found(scene):
    client = scene.client("partnerships", raise_request_exception=False)
    for bad in NO_IDS:
        for _name, address in list(with_another_id(scene, bad))[::9]:
            assert client.get(address).status_code in (403, 404, 405), address
