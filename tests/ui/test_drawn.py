"""Parts drawn once: kept by all they are drawn from, and by nothing less."""

from dataclasses import dataclass

import pytest
from django.http import QueryDict
from django.template import Context, Template
from django.test import RequestFactory
from django.utils.safestring import mark_safe
from django.utils.translation import gettext_lazy, override

from tests.factories import make_administrator, make_officer, make_user
from vcse_portal.borough.operations import save_council
from vcse_portal.ui import drawn as module
from vcse_portal.ui.drawn import drawn
from vcse_portal.ui.styleguide import SampleFilterForm

HOSTILE = "<script>alert(1)</script>"
FOOTER = "ui/_footer.html"
ITEM = "ui/_navigation_item.html"


@dataclass(frozen=True)
class Place:
    label: str
    href: str = "/"
    is_current: bool = False
    count: int = 0


def footer(**changes) -> str:
    return drawn(FOOTER, **{"name": "Greenhill", "email": "", "telephone": "", **changes})


def made() -> int:
    """How many parts were drawn so far and not found."""
    return module._drawn.cache_info().misses


def test_drawn_is_drawn_once_for_the_same_values():
    module._drawn.cache_clear()
    assert footer() == footer()
    assert made() == 1
    assert "Elsewhere" in footer(name="Elsewhere")
    assert "Elsewhere" not in footer()
    assert made() == 2


def test_drawn_sees_only_what_it_is_given():
    request = RequestFactory().get("/")
    source = "{% load ui %}{% drawn 'ui/_phase.html' phase='Beta' %}"
    html = Template(source).render(Context({"request": request, "email": "ann@example.org"}))
    assert "Beta" in html
    assert "ann@example.org" not in html


def test_drawn_keeps_languages_apart():
    home = gettext_lazy("Privacy")
    with override("en-gb"):
        english = drawn(ITEM, item=Place(home))
    with override("cy"):
        welsh = drawn(ITEM, item=Place(home))
    with override("cy"):
        assert drawn(ITEM, item=Place(home)) == welsh
    assert english == drawn(ITEM, item=Place("Privacy"))
    assert module._Part(("x", "cy"), {}) != module._Part(("x", "en-gb"), {})


def test_drawn_tells_equal_values_of_other_types_apart():
    assert ">1<" in drawn(ITEM, item=Place("a", count=1))
    assert ">True<" in drawn(ITEM, item=Place("a", count=True))
    assert HOSTILE in drawn(ITEM, item=Place(mark_safe(HOSTILE)))
    assert HOSTILE not in drawn(ITEM, item=Place(HOSTILE))
    assert HOSTILE in footer(name=mark_safe(HOSTILE))
    assert HOSTILE not in footer(name=HOSTILE)


def test_drawn_refuses_what_may_change_while_it_stays_equal():
    for value in (object(), {"a": 1}, Context({}), RequestFactory().get("/")):
        with pytest.raises(TypeError, match="plain values"):
            footer(name=value)


def test_drawn_rows_draws_one_part_a_row():
    source = "{% load ui %}{% drawn_rows 'ui/_navigation_item.html' rows css='app-x' %}"
    html = Template(source).render(Context({"rows": [Place("a"), Place(HOSTILE)]}))
    assert html.count("<li") == 2
    assert html.count("app-x") == 2
    assert HOSTILE not in html


# Filters -----------------------------------------------------------------------------------------------
def panel(query="", change=None) -> str:
    form = SampleFilterForm(QueryDict(query))
    if change:
        change(form)
    request = RequestFactory().get(f"/list/?{query}")
    return Template("{% load ui %}{% filter_panel form %}").render(
        Context({"request": request, "form": form})
    )


def test_filters_are_drawn_once_until_they_differ():
    module._drawn.cache_clear()
    assert panel() == panel()
    assert made() == 1
    name = next(iter(SampleFilterForm.base_fields))
    variants = {
        panel(),
        panel(f"{name}=other"),
        panel(change=lambda form: form.fields[name].__setattr__("label", "Another label")),
        panel(change=lambda form: form.fields[name].__setattr__("help_text", "A hint")),
        panel(change=lambda form: form.fields[name].widget.attrs.update({"autocomplete": "off"})),
        panel(change=lambda form: form.fields[name].__setattr__("disabled", True)),
    }
    assert len(variants) == 6


def test_filters_say_new_counts_beside_the_same_choices():
    from vcse_portal.search.listing import Counted

    name = next(n for n, f in SampleFilterForm.base_fields.items() if hasattr(f, "choices"))

    def counted(number):
        def change(form):
            form.fields[name].choices = [("a", Counted("Advice", number)), ("b", HOSTILE)]

        return change

    assert "Advice (3)" in panel(change=counted(3))
    assert "Advice (4)" in panel(change=counted(4))
    assert HOSTILE not in panel(change=counted(4))


def test_filters_with_errors_are_drawn_afresh():
    def fail(form):
        form.is_valid()
        form.add_error(None, "No.")

    module._drawn.cache_clear()
    assert panel(change=fail) == panel(change=fail)
    assert made() == 0


# The frame of every page -------------------------------------------------------------------------------
@pytest.mark.django_db
def test_frame_is_each_person_s_own(sign_in, client):
    pages = {
        "visitor": client,
        "member": sign_in(make_user()),
        "officer": sign_in(make_officer()),
        "administrator": sign_in(make_administrator()),
    }
    for _ in range(2):  # drawn, then kept
        said = {who: one.get("/about/privacy/").content.decode() for who, one in pages.items()}
        assert {who: "Sign in" in html for who, html in said.items()} == {
            "visitor": True,
            "member": False,
            "officer": False,
            "administrator": False,
        }
        assert {who: ">Settings<" in html for who, html in said.items()} == {
            "visitor": False,
            "member": False,
            "officer": False,
            "administrator": True,
        }
        assert {who: "My organisation" in html for who, html in said.items()} == {
            "visitor": False,
            "member": True,
            "officer": False,
            "administrator": False,
        }


@pytest.mark.django_db
def test_frame_follows_a_changed_role_and_a_changed_council(sign_in, run_on_commit):
    person = make_administrator()
    client = sign_in(person)
    assert b">Settings<" in client.get("/about/privacy/").content
    person.roles = ["partnerships"]
    person.save(update_fields=["roles"])
    assert b">Settings<" not in client.get("/about/privacy/").content
    with run_on_commit():
        save_council(by=None, name="Elsewhere Council")
    assert b"Elsewhere Council" in client.get("/about/privacy/").content
