import datetime as dt
from types import SimpleNamespace

import pytest
from django.template import Context, Template, TemplateSyntaxError
from django.test import RequestFactory
from shapely.geometry import box, mapping

from vcse_portal.ui.filters import chosen_filters
from vcse_portal.ui.styleguide import SampleFilterForm
from vcse_portal.ui.wardmap import ward_map

HOSTILE = "<script>alert(1)</script>"


def render(source: str, **context) -> str:
    request = RequestFactory().get("/list/", context.pop("query", {}))
    return Template("{% load ui %}" + source).render(Context({"request": request, **context}))


@pytest.mark.parametrize(
    "source",
    [
        "{% tag x colour='red' %}",
        "{% rag 'red' label=x %}",
        "{% person x role=x organisation=x href='/' %}",
        "{% file_link x x %}",
        "{% copy_link x %}",
        "{% button_link x x %}",
        "{% post_button x x about=x name=x value=x %}",
        "{% fact x x %}",
        "{% fact x '' empty=x %}",
        "{% fact x x href=x change=x %}",
        "{% fact_block x %}{{ x }}{% endfact_block %}",
        "{% stat x x href=x %}",
        "{% breadcrumbs x x x %}",
        "{% table x %}<tr><td>{{ x }}</td></tr>{% endtable %}",
        "{% tabs title=x %}{% tab x %}{{ x }}{% endtab %}{% endtabs %}",
        "{% details x %}{{ x }}{% enddetails %}",
        "{% warning %}{{ x }}{% endwarning %}",
        "{% panel x %}{{ x }}{% endpanel %}",
        "{% notice x style='success' %}{{ x }}{% endnotice %}",
        "{% officer_only title=x %}{{ x }}{% endofficer_only %}",
        "{% council_reply who=x %}{{ x }}{% endcouncil_reply %}",
        "{% side_section x %}{{ x }}{% endside_section %}",
        "{% empty_state x %}{{ x }}{% endempty_state %}",
        "{% card x href=x %}{{ x }}{% endcard %}",
        "{% column x count=3 %}{{ x }}{% endcolumn %}",
        "{% deeds x %}{% deed x href=x button=x about=x %}{% enddeeds %}",
        "{% page_header title=x caption=x state=x %}{{ x }}{% endpage_header %}",
        "{% contents items %}",
        "{% timeline entries %}",
        "{% progress done=1 total=2 label=x url=x %}",
        "{% csv_link label=x %}",
        "{% sort_header x 'name' %}",
        "{{ x|markdown }}",
    ],
)
def test_tag_escapes_what_it_is_given(source):
    entry = SimpleNamespace(
        when=dt.datetime(2026, 11, 20, tzinfo=dt.UTC),
        who=HOSTILE,
        what=HOSTILE,
        reason=HOSTILE,
        changes=[SimpleNamespace(label=HOSTILE, old=HOSTILE, new=HOSTILE)],
    )
    html = render(source, x=HOSTILE, items=[(HOSTILE, HOSTILE)], entries=[entry])
    assert "alert(1)" in html
    assert "<script" not in html


def test_unknown_colour_style_and_parameter_fail_loudly():
    with pytest.raises(ValueError, match="pink"):
        render("{% tag 'x' colour='pink' %}")
    with pytest.raises(ValueError, match="big"):
        render("{% button_link '/' 'x' style='big' %}")
    with pytest.raises(TemplateSyntaxError):
        render("{% details 'x' opne=True %}{% enddetails %}")


@pytest.mark.parametrize(("code", "word"), [("red", "Red"), ("", "Not started"), ("complete", "Complete")])
def test_rag_says_word_and_shape(code, word):
    html = render("{% rag code %}", code=code)
    assert word in html
    assert 'aria-hidden="true"' in html


def test_post_button_carries_the_token_and_prevents_a_second_press():
    html = render("{% post_button '/close/' 'Close' %}", csrf_token="abc")
    assert 'name="csrfmiddlewaretoken" value="abc"' in html
    assert 'data-prevent-double-click="true"' in html


def test_stacked_table_keeps_its_meaning():
    html = render(
        "{% table 'T' stack=True %}<tbody><tr><th scope='row'>a</th><td class='x'>b</td></tr></tbody>{% endtable %}"
    )
    assert [f'role="{role}"' in html for role in ("table", "rowgroup", "row", "cell")] == [True] * 4


def test_tabs_do_not_leak_into_the_next_ones():
    html = render(
        "{% tabs %}{% tab 'One' %}1{% endtab %}{% endtabs %}|{% tabs %}{% tab 'Two' %}2{% endtab %}{% endtabs %}"
    )
    assert "One" not in html.split("|")[1]


def test_breadcrumbs_end_with_the_page_itself():
    html = render("{% breadcrumbs 'Groups' '/groups/' 'Choir' %}")
    assert '<a class="govuk-breadcrumbs__link" href="/groups/">Groups</a>' in html
    assert '<li class="govuk-breadcrumbs__list-item" aria-current="page">Choir</li>' in html


def test_csv_link_keeps_filters_and_loses_the_place():
    assert 'href="?ward=green&amp;format=csv"' in render(
        "{% csv_link %}", query={"ward": "green", "page": "3"}
    )


@pytest.mark.parametrize(
    ("now", "href", "sort"),
    [("", "name", "none"), ("name", "-name", "ascending"), ("-name", "name", "descending")],
)
def test_sort_header_turns_the_order(now, href, sort):
    html = render("{% sort_header 'Name' 'name' %}", query={"sort": now} if now else {})
    assert f'aria-sort="{sort}"' in html
    assert f'href="?sort={href}"' in html


def test_active_filters_say_and_remove_each_choice():
    query = (
        RequestFactory().get("/", {"ward": "green", "size": ["small", "large"], "page": "2", "q": " "}).GET
    )
    form = SampleFilterForm(query)
    assert form.is_valid()
    found = [(one.label, one.value, one.remove_href) for one in chosen_filters(form, query)]
    assert found == [
        ("Ward", "Greenhill", "?size=small&size=large&q=+"),
        ("Size", "Income under £10,000", "?ward=green&size=large&q=+"),
        ("Size", "Income over £500,000", "?ward=green&size=small&q=+"),
    ]


def test_active_filters_take_a_date_as_one():
    query = RequestFactory().get("/", {"since_0": "3", "since_1": "12", "since_2": "2026"}).GET
    assert [(one.value, one.remove_href) for one in chosen_filters(SampleFilterForm(query), query)] == [
        ("3 December 2026", "?")
    ]


def test_active_filters_leave_out_what_the_form_refused():
    query = RequestFactory().get("/", {"ward": "nowhere"}).GET
    assert chosen_filters(SampleFilterForm(query), query) == []


def test_ward_map_draws_links_with_words():
    squares = [
        ("E1", "Green & Hill", mapping(box(-0.3, 51.5, -0.2, 51.6)), 7),
        ("E2", "Lake", mapping(box(-0.2, 51.5, -0.1, 51.6)), None),
    ]
    svg = ward_map(
        [*squares, ("E3", "No boundary", None, 1)], title="Groups", href="?ward={code}", unit="groups"
    )
    assert svg.count("<a ") == 2
    assert 'aria-label="Green &amp; Hill: 7 groups"' in svg
    assert 'href="?ward=E2"' in svg
    assert "style=" not in svg


def test_ward_map_of_nothing_is_empty():
    assert ward_map([("E1", "Ward", None, 1)], title="Groups") == ""
