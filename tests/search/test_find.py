"""Finding: words, numbers, postcodes, misspellings, audiences, places in the list."""

import pytest
from django.db import connection

from organisations.models import Identifier, Organisation
from tests.organisations.factories import make_organisation
from vcse_portal.search import registry
from vcse_portal.search.find import Ask, all_ids, by_rank, by_title, counts, understand
from vcse_portal.search.models import Audience, Entry, Word

pytestmark = pytest.mark.django_db
CHARITY, COMPANY = Identifier.Scheme.CHARITY, Identifier.Scheme.COMPANY


def found(q: str, audience=Audience.EVERYONE, **facets) -> list[str]:
    ask = Ask(audience=audience, kind="organisation", q=q, facets=facets)
    ids = by_rank(ask, understand(ask), size=10).ids
    names = dict(Organisation.objects.filter(pk__in=ids).values_list("pk", "name"))
    return [names[pk] for pk in ids]


@pytest.mark.parametrize(
    ("typed", "name"),
    [
        ("wealdst", "Wealdstone Carers"),
        ("carers wealdstone", "Wealdstone Carers"),
        ("WEALDSTONE", "Wealdstone Carers"),
        ("cafe elan", "Élan Café"),
        ("Café", "Élan Café"),
        ("st johns", "St John's Church"),
        ("wealdstoen", "Wealdstone Carers"),
        ("weeldstone carers", "Wealdstone Carers"),
        ("ha1 2aa", "Postcode Place"),
        ("HA12AA", "Postcode Place"),
        ("ha1", "Postcode Place"),
        ("203460-1", "Linked Charity"),
    ],
)
def test_finds_what_was_meant(typed, name):
    make_organisation("Wealdstone Carers")
    make_organisation("Élan Café")
    make_organisation("St John's Church")
    make_organisation("Postcode Place", postcode="HA1 2AA", is_address_public=True)
    make_organisation("Linked Charity", numbers={CHARITY: "203460-1"})
    assert found(typed)[:1] == [name]


def test_a_title_comes_before_a_description():
    make_organisation("Other", summary="All about badminton")
    make_organisation("Badminton Club")
    assert found("badminton") == ["Badminton Club", "Other"]


def test_text_that_is_a_query_to_postgres_is_only_words_to_us():
    make_organisation("A and B")
    for odd in ("a & | !", "'; drop table x", "a:*b", "<->", "((", "\\", "%", "_", "\x00", "🦆"):
        found(odd)


def test_audience_hides_what_one_may_not_know():
    make_organisation("Secret Society", is_published=False)
    assert found("secret") == []
    assert found("secret", Audience.COUNCIL) == ["Secret Society"]


def test_forgets_what_the_source_leaves_out():
    thing = make_organisation("Gone")
    Organisation.objects.filter(pk=thing.pk).update(status="closed")
    registry.index("organisation", [thing.pk])
    assert not Entry.objects.exists()


def test_rebuild_makes_the_same_entries_anew():
    for number in range(3):
        make_organisation(f"Group {number}", numbers={CHARITY: f"116488{number}"})
    fields = [f.name for f in Entry._meta.fields if f.name not in ("id", "stamp")]
    before = list(Entry.objects.order_by("object_id").values(*fields))
    assert registry.rebuild("organisation") == 3
    assert list(Entry.objects.order_by("object_id").values(*fields)) == before


def test_rebuild_words_counts_titles():
    make_organisation("Carers North")
    make_organisation("Carers South")
    registry.rebuild_words()
    assert dict(Word.objects.values_list("word", "titles")) == {"carers": 2, "north": 1, "south": 1}


def test_pages_by_title_meet_without_gap_or_overlap():
    for name in ("b", "a", "a", "c", "a|1", "d"):
        make_organisation(name)
    ask = Ask(audience=Audience.EVERYONE, kind="organisation")
    seen, page = [], by_title(ask, size=2)
    while True:
        seen += page.ids
        if not page.has_next:
            break
        page = by_title(ask, size=2, after=page.last_key)
    assert seen == all_ids(ask)
    back = by_title(ask, size=2, before=page.first_key)
    assert back.ids == seen[-4:-2]
    assert by_title(ask, size=4, last=True).ids == seen[-4:]


def test_counts_leave_out_a_groups_own_choice():
    make_organisation("Small", income=1)
    make_organisation("Large", income=2_000_000)
    ask = Ask(audience=Audience.EVERYONE, kind="organisation", facets={"band": ("micro",)})
    count = counts(ask, None, ("band",))
    assert (count.total, count.facets) == (1, {"band:micro": 1, "band:large": 1})


def test_counts_are_new_after_a_write(run_on_commit):
    ask = Ask(audience=Audience.EVERYONE, kind="organisation")
    assert counts(ask, None, ()).total == 0
    with run_on_commit():
        make_organisation()
    assert counts(ask, None, ()).total == 1


def test_counts_stop_at_the_cap(monkeypatch):
    monkeypatch.setattr("vcse_portal.search.find.CAP", 2)
    for _ in range(4):
        make_organisation()
    count = counts(Ask(audience=Audience.EVERYONE, kind="organisation"), None, ("band",))
    assert (count.total, count.is_capped, count.facets) == (2, True, {})


@pytest.mark.parametrize("name", ["Alderbrook U3A", "K9 Rescue"])
def test_a_name_that_looks_like_half_a_postcode_is_found(name):
    make_organisation(name)
    make_organisation("Elsewhere", postcode="HA1 2AA")
    short = next(word for word in name.split() if len(word) < 4)
    assert found(short) == [name]


def test_a_private_postcode_finds_nothing_for_visitors():
    make_organisation("Home Group", postcode="HA1 2AA")
    make_organisation("Public Group", postcode="HA1 2AA", is_address_public=True)
    both = ["Home Group", "Public Group"]
    for typed in ("ha1 2aa", "HA12AA", "ha12a", "ha12aa group"):
        assert found(typed) == ["Public Group"], typed
        assert sorted(found(typed, Audience.COUNCIL)) == both, typed
    assert sorted(found("ha1")) == both  # the district says no more than the ward that is shown


@pytest.mark.parametrize(
    "place", ["/search/?q=a&from=²", "/organisations/?after=a|²", "/organisations/?before=a|٣"]
)
def test_a_place_in_odd_digits_is_no_place(client, place):
    assert client.get(place).status_code == 200


def test_counts_across_kinds_are_new_after_a_write(run_on_commit):
    everything = Ask(audience=Audience.EVERYONE, q="choir")
    make_organisation("Choir One")
    assert counts(everything, understand(everything), ()).total == 1
    with run_on_commit():
        make_organisation("Choir Two")
    assert counts(everything, understand(everything), ()).total == 2


@pytest.mark.django_db(transaction=True)
def test_rebuild_words_bears_a_word_written_meanwhile():
    """An officer saves a record with a new word while an import counts the words: both keep what they did."""
    make_organisation("Zebra")
    Word.objects.all().delete()
    Word.objects.create(word="zebra")  # as if it came between the deletion and the count
    with connection.cursor() as cursor:
        cursor.execute(
            "CREATE OR REPLACE FUNCTION keep_words() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NULL; END'"
        )
        cursor.execute(
            "CREATE TRIGGER keep_words BEFORE DELETE ON search_word FOR EACH ROW EXECUTE FUNCTION keep_words()"
        )
    try:
        registry.rebuild_words()
    finally:
        with connection.cursor() as cursor:
            cursor.execute("DROP FUNCTION keep_words CASCADE")
    assert Word.objects.get(word="zebra").titles == 1
