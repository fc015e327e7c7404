"""F24: whatever people write, no browser runs it.

A corpus of scripts, event handlers, javascript: links and template braces is put into every text field of every
model, past the forms that would refuse some of it. Then the pages of every room, the mails and the source of the
report's paper are opened in a real Chromium: nothing runs, and the Content Security Policy has nothing to report.

Chromium is handed what Django's test client was answered, so everything happens in the test's own transaction.
"""

import re
from urllib.parse import urlsplit

import pytest
from django.contrib.postgres.fields import ArrayField
from django.contrib.staticfiles import finders
from django.core.cache import cache
from django.db import DatabaseError, models, transaction
from django.urls import reverse
from django.utils import timezone

from actions import paper
from actions.models import MonitoringReport
from actions.operations import freeze_report
from commissioning.circulars.models import Circular
from commissioning.circulars.operations import approve_circular
from organisations import operations as organisations
from tests.house import conftest as house
from tests.house.filling import text_fields
from tests.house.scene import PEOPLE
from tests.house.test_access import read, sections
from tests.house.test_models import our_models
from vcse_portal.discussion import operations as discussion
from vcse_portal.discussion.models import Comment
from vcse_portal.mail.compose import preview
from vcse_portal.mail.digest import what_needs
from vcse_portal.mail.emails import weekly_digest
from vcse_portal.mail.models import Message
from vcse_portal.pdf import render
from vcse_portal.search.models import Entry
from vcse_portal.search.registry import index, sources

from .conftest import REPORT_VIOLATIONS

pytestmark = pytest.mark.django_db

scene = house.scene  # the fixture
ORIGIN = "http://portal.example"
CORPUS = [
    "<script>pwned(1)</script>",
    "<img src=x onerror=pwned(2)>",
    "<svg/onload=pwned(3)>",
    '"><svg onload=pwned(4)>',
    "'\"><img src=x onerror=pwned(5)>",
    "</textarea><svg onload=pwned(6)>",
    "</title></style><svg onload=pwned(7)>",
    "</script><script>pwned(8)</script>",
    "<iframe srcdoc='<script>parent.pwned(9)</script>'></iframe>",
    "<details open ontoggle=pwned(10)>",
    "<math><mi><img src=x onerror=pwned(11)></mi></math>",
    "<input autofocus onfocus=pwned(12)>",
    '<a href="javascript:pwned(13)">press</a>',
    "[press](javascript:pwned(14))",
    "[press](JaVaScRiPt&#58;pwned(15)) ![x](data:text/html,<script>pwned(16)</script>)",
    "<style>*{background:url(javascript:pwned(17))}</style>",
    '" onmouseover="pwned(18)" x="',
    "<form action=javascript:pwned(19)><button>press</button></form>",
    "{{ 7|add:7 }}{% csrf_token %}${pwned(20)}",
    "＜script＞pwned(21)＜/script＞ \u202ex\u2028pwned(22)",
    "<base href=https://evil.example/><meta http-equiv=refresh content=9;url=https://evil.example/>",
    '<link rel=stylesheet href="https://evil.example/x.css"><object data=https://evil.example/></object>',
]
# what would run, or lies in wait for a click: handlers, script addresses, foreign parts
LOOK = """() => {
  const held = [];
  for (const element of document.querySelectorAll("*")) {
    for (const {name, value} of element.attributes) {
      if (name.startsWith("on") || name === "srcdoc") held.push(`${element.tagName} ${name}`);
      if (/^\\s*(javascript|vbscript|data:text)/i.test(value)) held.push(`${element.tagName} ${name}=${value}`);
      if (element.tagName !== "A" && /^(\\d+;url=)?\\s*(https?:)?\\/\\/evil/.test(value) && name !== "value") held.push(value);
    }
    if (element.tagName === "BASE" || element.matches("body style")) held.push(element.tagName);
  }
  return {held, ran: window.ran, violations: window.policyViolations};
}"""
COUNT_RUNS = "window.ran = []; window.pwned = (n) => { window.ran.push(n); };"
# Fields nobody writes words into: seals, codes, addresses within the portal, what is held to a pattern or is too
# short for a script (postcodes), what is read from a file's content (the kind of a paper). The search index is made
# anew from what the fields of the others hold.
NOT_WRITTEN = {
    "accounts.User.password",
    "actions.MonitoringReport.figures_sha256",
    "assets.Asset.energy_rating",
    "assets.Asset.postcode",
    "assets.Asset.street_number",
    "assets.Asset.uprn",
    "borough.Council.brand_colour",
    "borough.Council.gss_code",
    "borough.Council.logo_type",
    "borough.Ward.authority",
    "borough.Ward.code",
    "commissioning.Circular.period",
    "commissioning.CircularEntry.source",
    "commissioning.CircularEntry.url",
    "compact.Clause.number",
    "forums.Paper.kind",
    "imports.ImportRow.then",
    "organisations.Organisation.postcode",
    "upkeep.Registration.postcode",
}


# Poison ------------------------------------------------------------------------------------------------
def poison() -> set[str]:
    """Put the corpus into every text field of every row; return the fields that hold it."""
    done, number = set(), 0
    for model in written_models():
        for field in model._meta.concrete_fields:
            label = f"{model._meta.label}.{field.name}"
            if not _is_text(field) or label in NOT_WRITTEN:
                continue
            for pk in model._base_manager.values_list("pk", flat=True):
                number += 1
                done |= {label} if _put(model, field, pk, number) else set()
    for kind in sources:
        index(kind, list(Entry.objects.filter(kind=kind).values_list("object_id", flat=True)))
    cache.delete_pattern("*")
    return done


def written_models():
    return [model for model in our_models() if model._meta.app_label != "search"]


def _is_text(field) -> bool:
    inner = field.base_field if isinstance(field, ArrayField) else field
    is_words = isinstance(inner, models.CharField | models.TextField) and not inner.choices
    return is_words and not isinstance(inner, models.SlugField) and not field.primary_key


def _put(model, field, pk, number: int) -> bool:
    limit = (field.base_field if isinstance(field, ArrayField) else field).max_length
    if not limit or limit > 1_500:
        value = "\n\n".join(CORPUS)
    else:
        fitting = [text for text in CORPUS if len(text) + 8 <= limit]
        if not fitting:
            return False
        value = fitting[number % len(fitting)] + (str(number) if field.unique else "")
    if isinstance(field, models.URLField):
        value = f"https://example.org/{value}"[:limit]
    try:
        with transaction.atomic():
            rows = model._base_manager.filter(pk=pk)
            rows.update(**{field.name: [value] if isinstance(field, ArrayField) else value})
    except DatabaseError:
        return False  # a constraint or a seal keeps it out
    return True


# Browser -----------------------------------------------------------------------------------------------
@pytest.fixture
def window(browser):
    context = browser.new_context(base_url=ORIGIN, locale="en-GB")
    context.set_default_timeout(10_000)
    context.add_init_script(REPORT_VIOLATIONS + COUNT_RUNS)
    opened = context.new_page()
    opened.dialogs, opened.asked = [], []
    opened.on("dialog", lambda dialog: (opened.dialogs.append(dialog.message), dialog.dismiss()))
    yield opened
    context.close()


@pytest.fixture
def show(window):
    """Function: answer of the portal, or HTML alone without any protection → what its page holds and ran."""
    held: dict[str, dict] = {}

    def hand_over(route):
        asked = urlsplit(route.request.url)
        window.asked.append(route.request.url)
        found = (
            finders.find(asked.path.removeprefix("/static/")) if asked.path.startswith("/static/") else None
        )
        if not route.request.url.startswith(ORIGIN):
            route.abort()
        elif asked.path.endswith(".css"):
            route.fulfill(content_type="text/css", body="")
        elif found:
            route.fulfill(path=found)
        else:
            route.fulfill(**held.get(asked.path, {"status": 404}))

    def show(answer, address: str = "/page-under-test/") -> dict:
        is_html = isinstance(answer, str)
        headers = {"Content-Type": "text/html; charset=utf-8"} if is_html else dict(answer.headers)
        body = answer.encode() if is_html else b"".join(answer)
        held[urlsplit(address).path] = {"status": 200, "headers": headers, "body": body}
        window.goto(address)
        return window.evaluate(LOOK) | {"dialogs": window.dialogs}

    window.route("**/*", hand_over)
    return show


CLEAN = {"held": [], "ran": [], "violations": [], "dialogs": []}


def readable(scene, person: str) -> list[str]:
    """The pages a person may read."""
    addresses, column, found = scene.addresses(), PEOPLE.index(person), []
    for name, states, methods, cells in (read(line) for room in sections().values() for line in room):
        if (
            "GET" in methods
            and cells[column] == "200"
            and not name.startswith(("account_", "mfa_", "social"))
        ):
            found += [addresses[name][state] for state in states]
    return found


@pytest.fixture(scope="module")
def poisoned(
    browser, scene
):  # in this order: Playwright's event loop brings a database connection of its own
    scene.poison = poison()
    return scene


# Tests -------------------------------------------------------------------------------------------------
def test_f24_every_text_field_holds_the_corpus(poisoned):
    labels = {
        f"{model._meta.label}.{field.name}"
        for model in written_models()
        if model._base_manager.exists()
        for field in model._meta.concrete_fields
        if _is_text(field)
    }
    assert not (left := sorted(labels - poisoned.poison - NOT_WRITTEN)), "\n".join(left)


# Everything as a visitor and as an officer sees it; of the others' pages those that these two do not see
SHARES = [
    ("visitor", (), 0, 1),
    *(("partnerships", (), share, 3) for share in range(3)),
    *((person, ("visitor", "partnerships"), 0, 1) for person in ("lead", "commissioning", "property")),
    ("administrator", ("visitor", "partnerships"), 0, 1),
]


@pytest.mark.parametrize(("person", "but_of", "share", "of"), SHARES)
def test_f24_nothing_people_wrote_runs_on_any_page(person, but_of, share, of, poisoned, show, window):
    seen = {page for another in but_of for page in readable(poisoned, another)}
    pages = [page for page in readable(poisoned, person) if page not in seen][share::of]
    client = poisoned.client(person)
    answers = {page: client.get(page) for page in pages}
    assert (
        sum(b"pwned" in answer.content for answer in answers.values() if not answer.streaming)
        > len(pages) / 2
    )
    found = {page: show(answer, page) for page, answer in answers.items() if "html" in answer["Content-Type"]}
    assert {page: what for page, what in found.items() if what != CLEAN} == {}
    assert not [url for url in window.asked if "evil.example" in url]


def test_f24_nothing_sent_comes_back_to_life(poisoned, show):
    """What an address or a refused form shows again."""
    client, found = poisoned.client("partnerships"), {}
    for name in ("search:everything", "organisations:directory", "assets:assets", "commissioning:intentions"):
        for text in CORPUS[3:9:2]:
            sent = dict.fromkeys(["q", "ward", "theme", "kind", "page", "stage", "band"], text)
            found[name, text] = show(client.get(reverse(name), sent))
    for name in ("organisations:organisation_add", "compact:document_add", "actions:plan_record"):
        form = client.get(reverse(name)).context["form"]
        sent = dict(zip(text_fields(form), CORPUS * 3, strict=False))
        found[name] = show(client.post(reverse(name), sent))
    assert {page: what for page, what in found.items() if what != CLEAN} == {}


def test_f24_nothing_runs_in_a_mail(poisoned, show):
    """Shown without any policy, as a careless mail program would."""
    people, things = poisoned.people, poisoned.things
    known = set(Message.objects.values_list("pk", flat=True))
    comment = Comment.objects.get(pk=things["comment"]["open"].pk)
    officer = people["commissioning"]
    discussion.answer_comment(comment.pk, text="".join(CORPUS), version=comment.version, by=officer)
    discussion.hide_comment(comment.pk, reason=CORPUS[3], by=officer)
    organisations.ask_for_membership(things["organisation"]["another's"].pk, by=people["stranger"])
    organisations.confirm_membership(things["membership"]["asked"].pk, by=people["partnerships"])
    today = timezone.localdate()
    weekly_digest(officer, what_needs(officer, today), due_on=today)
    draft = Circular.objects.get(pk=things["circular"]["draft"].pk)
    approve_circular(draft.pk, version=draft.version, by=people["partnerships"])
    written = Message.objects.exclude(pk__in=known)
    found = {mail.kind: show(preview(mail, name=CORPUS[1])[1]) for mail in written}
    assert len(found) > 5
    assert {page: what for page, what in found.items() if what != CLEAN} == {}


def test_f24_nothing_runs_in_the_source_of_a_paper(poisoned, show, monkeypatch):
    report, sources = poisoned.things["report"]["draft"], []
    freeze_report(report.pk, by=poisoned.people["performance"])
    monkeypatch.setattr(render, "_draw", lambda written, *rest: sources.append(written) or b"")
    paper.make(MonitoringReport.objects.get(pk=report.pk))
    assert "pwned" in sources[0]
    assert show(sources[0]) == CLEAN


@pytest.mark.parametrize("name", ["organisations:directory", "commissioning:intentions", "assets:assets"])
def test_f24_a_spreadsheet_is_a_download_and_never_a_page(name, poisoned):
    response = poisoned.client("partnerships").get(reverse(name) + "?format=csv")
    body = b"".join(response).decode()
    assert "pwned" in body
    assert response["Content-Type"] == "text/csv; charset=utf-8"
    assert response["X-Content-Type-Options"] == "nosniff"
    assert response["Content-Disposition"].startswith("attachment")


# Text that is text in HTML too: template braces, and signs that only look like brackets
INERT = CORPUS[18:20]


def test_f24_control_a_careless_page_is_seen(show):
    """Without escaping and without a policy; Markdown made by a pattern."""
    found = {}
    for text in CORPUS:
        linked = re.sub(r"\[(.*?)\]\((\S*)\)", r'<a href="\2">\1</a>', text)
        found[text] = show(f'<title>x</title><input value="{text}"><p>{linked}</p>')
    assert [text for text, what in found.items() if what == CLEAN] == INERT
    assert {1, 2, 3, 4, 5, 8} <= {number for what in found.values() for number in what["ran"]}


def test_f24_control_the_policy_stops_what_escaping_lets_through(show, poisoned):
    """The second wall: a careless page under our policy runs nothing and is reported."""
    answer = poisoned.client("visitor").get("/")
    answer.content = f"<title>x</title>{CORPUS[0]}"
    found = show(answer)
    assert (found["ran"], len(found["violations"])) == ([], 1)
