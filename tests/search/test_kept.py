"""What is kept of searches is new with the next question after a write, and never another reader's."""

import threading

import pytest
from django.core.cache import cache
from django.db import connection, transaction
from django.http import QueryDict
from django.utils.translation import override

from tests.factories import make_councillor, make_user, make_ward
from tests.organisations.factories import make_organisation
from vcse_portal.borough import codes
from vcse_portal.borough.operations import save_theme
from vcse_portal.search import listing, registry
from vcse_portal.search.find import Ask
from vcse_portal.search.listing import look_up
from vcse_portal.search.models import Audience, Change, Entry

pytestmark = pytest.mark.django_db
EVERYONE = Ask(audience=Audience.EVERYONE, kind="organisation")


def names(ids: list[int]) -> list[str]:
    """Lines as a room makes them: words of the thing and of the borough's lists."""
    themes = codes.names("theme")
    found = dict(
        Entry.objects.filter(kind="organisation", object_id__in=ids).values_list("object_id", "title")
    )
    return [f"{found[pk]} {'/'.join(themes.values())}".strip() for pk in ids if pk in found]


def lines(ask=EVERYONE, query="") -> list[str]:
    found = look_up(ask, QueryDict(query), groups=("band",), size=50, rows_of=names, keep_rows=True)
    return found.rows


def rename(thing, name: str) -> None:
    thing.name = name
    thing.save(update_fields=["name"])
    registry.index("organisation", [thing.pk])


def test_version_differs_after_every_change_and_never_comes_back():
    seen = {registry.version("organisation")}
    thing = make_organisation("One")
    for _ in range(3):
        registry.index("organisation", [thing.pk])
        seen.add(registry.version("organisation"))
    registry.forget("organisation", [thing.pk])
    seen.add(registry.version("organisation"))
    assert len(seen) == 5
    before = registry.version("organisation")
    with transaction.atomic():
        registry.index("organisation", [thing.pk])
        seen.add(registry.version("organisation"))
        transaction.set_rollback(True)
    assert registry.version("organisation") == before  # and so are the entries
    registry.index("organisation", [thing.pk])
    assert registry.version("organisation") not in seen
    assert Change.objects.count() == 1


def test_version_is_each_kind_s_own_and_all_together():
    make_organisation()
    one, every = registry.version("organisation"), registry.version("")
    registry.index("asset", [])
    assert registry.version("organisation") == one
    assert registry.version("asset") != ""
    assert registry.version("") != every


def test_list_is_new_after_each_write():
    assert lines() == []
    thing = make_organisation("Choir")
    assert lines() == ["Choir"]
    rename(thing, "Band")
    assert lines() == ["Band"]
    other = make_organisation("Alpha")
    assert lines() == ["Alpha", "Band"]
    registry.forget("organisation", [other.pk])
    assert lines() == ["Band"]


def test_list_is_new_without_the_cache(settings):
    settings.CACHES = {"default": {"BACKEND": "django.core.cache.backends.dummy.DummyCache"}}
    thing = make_organisation("Choir")
    assert lines() == ["Choir"]
    rename(thing, "Band")
    assert lines() == ["Band"]


def test_list_repeats_with_one_question_for_the_version(django_assert_num_queries):
    for number in range(3):
        make_organisation(f"Group {number}")
    lines()
    with django_assert_num_queries(1):
        assert lines() == ["Group 0", "Group 1", "Group 2"]


def test_only_the_line_that_changed_is_made_again(monkeypatch):
    things = [make_organisation(f"Group {number}") for number in range(3)]
    lines()
    asked = []
    original = names

    def counted(ids):
        asked.append(list(ids))
        return original(ids)

    counted.__module__ = names.__module__
    rename(things[1], "Group 1b")
    found = look_up(EVERYONE, QueryDict(), groups=(), size=50, rows_of=counted, keep_rows=True)
    assert found.rows == ["Group 0", "Group 1b", "Group 2"]
    assert asked == [[things[1].pk]]


def test_lines_follow_the_borough_s_lists(run_on_commit):
    make_organisation("Choir")
    assert lines() == ["Choir"]
    with run_on_commit():
        save_theme(code="arts", name="Arts")
    assert lines() == ["Choir Arts"]
    with run_on_commit():
        save_theme(code="arts", name="Culture")
    assert lines() == ["Choir Culture"]


def test_lines_are_kept_by_language():
    make_organisation("Choir")
    seen = []

    def said(ids):
        seen.append(ids)
        return ["x" for _ in ids]

    for language in ("en-gb", "cy", "en-gb", "cy"):
        with override(language):
            look_up(EVERYONE, QueryDict(), groups=(), size=50, rows_of=said, keep_rows=True)
    assert len(seen) == 2


def test_a_line_that_is_gone_leaves_the_others():
    first, second = make_organisation("One"), make_organisation("Two")
    Entry.objects.filter(object_id=second.pk).update(stamp=7)

    def without_second(ids):
        return [pk for pk in ids if pk != second.pk]

    found = look_up(EVERYONE, QueryDict(), groups=(), size=50, rows_of=without_second, keep_rows=True)
    assert found.rows == [first.pk]


def test_lines_kept_are_not_without_end(monkeypatch):
    monkeypatch.setattr(listing, "MOST_LINES", 2)
    for number in range(6):
        make_organisation(f"Group {number}")
    expected = [f"Group {number}" for number in range(6)]
    assert lines() == expected
    make_organisation("Group 6")
    assert lines() == [*expected, "Group 6"]


def test_what_is_kept_for_the_council_is_not_for_others():
    make_organisation("Public")
    make_organisation("Private", is_published=False)
    for _ in range(2):
        for user, seen in ((make_councillor(), ["Private", "Public"]), (make_user(), ["Public"])):
            ask = listing.ask_of(user, "organisation", (), {})
            assert lines(ask) == seen
            assert look_up(ask, QueryDict(), groups=("band",), size=50, rows_of=names).count.total == len(
                seen
            )


def test_a_thing_that_was_hidden_is_gone_from_the_next_list():
    thing = make_organisation("Choir")
    assert lines() == ["Choir"]
    thing.is_published = False
    thing.save(update_fields=["is_published"])
    registry.index("organisation", [thing.pk])
    assert lines() == []


@pytest.mark.django_db(transaction=True)
def test_a_change_is_seen_when_it_is_committed_and_waits_for_no_other():
    """Two write at once: neither waits, nothing shows before its commit, each shows with the next question."""
    make_ward()
    cache.clear()
    make_organisation("First")
    assert lines() == ["First"]
    inside, go_on = threading.Event(), threading.Event()

    def slow():
        try:
            with transaction.atomic():
                make_organisation("Slow")
                inside.set()
                go_on.wait(10)
        finally:
            connection.close()

    writer = threading.Thread(target=slow)
    writer.start()
    inside.wait(10)
    assert lines() == ["First"]
    make_organisation("Quick")  # while the other's transaction is open
    assert lines() == ["First", "Quick"]
    go_on.set()
    writer.join()
    assert lines() == ["First", "Quick", "Slow"]
    make_organisation("Last")
    assert lines() == ["First", "Last", "Quick", "Slow"]
    assert Change.objects.filter(kind="organisation").count() == 1
