"""Every relation to an organisation in the whole project has somebody who says what a merge does with it."""

from organisations.duplicates import fields, relations
from organisations.models import Organisation


def test_every_relation_is_declared():
    assert relations.unknown() == []


def test_nothing_is_declared_that_is_not_there():
    assert sorted(relations.declared.keys() - relations.of_the_project().keys()) == []


def test_relations_of_all_sorts_are_seen():
    """The control: a key, a many-to-many's through model and a generic relation would each be missed otherwise."""
    seen = relations.of_the_project()
    assert {
        "organisations.Contact.organisation",
        "discussion.Comment.party",
        "discussion.Comment.about",
    } <= seen.keys()
    assert not any(name.partition(".")[2].split(".")[0].endswith("Event") and "pgh" in name for name in seen)


def test_every_fact_is_compared_or_is_the_records_own():
    chosen = [name for group in fields.GROUPS for name in group.fields]
    assert len(chosen) == len(set(chosen))
    assert set(chosen) | fields.OWN == {f.name for f in Organisation._meta.concrete_fields}
    assert not set(chosen) & fields.OWN


def test_end_dates_named_are_there():
    for relation in relations.declared.values():
        if relation.ends:
            assert relation.model._meta.get_field(relation.ends).null
