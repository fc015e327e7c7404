"""The narrow tables that are searched: one entry a thing, and the words their titles use."""

from uuid import uuid4

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVectorField
from django.db import models


class Audience(models.IntegerChoices):
    """Who may know that the thing exists; each includes those after it."""

    EVERYONE = 0, "Everyone"
    MEMBERS = 1, "Signed-in people"
    COUNCIL = 2, "Council staff and councillors"

    @classmethod
    def of(cls, user) -> "Audience":
        if user.is_authenticated and user.is_council:
            return cls.COUNCIL
        return cls.MEMBERS if user.is_authenticated else cls.EVERYONE


class EntryQuerySet(models.QuerySet):
    def visible_to(self, user):
        return self.filter(audience__lte=Audience.of(user))


class Entry(models.Model):
    """What search knows of one thing. Written by `index`, never by hand; the thing itself is the truth."""

    kind = models.CharField(max_length=20)
    object_id = models.BigIntegerField()
    audience = models.SmallIntegerField(choices=Audience.choices)
    title = models.CharField(max_length=250)
    title_sort = models.CharField(max_length=250)
    summary = models.CharField(max_length=300, blank=True)
    url = models.CharField(max_length=200)
    facets = ArrayField(models.CharField(max_length=60), default=list)
    weight = models.FloatField(default=0)
    words = SearchVectorField()
    stamp = models.BigIntegerField(
        default=0, help_text="Another with every writing: what was made of it is old."
    )

    objects = EntryQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["kind", "object_id"], name="search_entry_once")]
        indexes = [
            models.Index("kind", "title_sort", "object_id", name="search_entry_by_title"),
            GinIndex(fields=["facets"], name="search_entry_facets", fastupdate=False),
            GinIndex(fields=["words"], name="search_entry_words", fastupdate=False),
            GinIndex(fields=["title_sort"], name="search_entry_trigrams", opclasses=["gin_trgm_ops"]),
        ]

    def __str__(self):
        return self.title


class Word(models.Model):
    """A word that occurs in titles, and in how many: what a misspelt word is corrected to."""

    visible_through = None  # holds no record of anyone: single words

    word = models.CharField(max_length=60, primary_key=True)
    letters = models.CharField(
        max_length=60, help_text="The word's letters in order: equal when two are swapped."
    )
    titles = models.PositiveIntegerField(default=1)

    class Meta:
        indexes = [
            models.Index("letters", name="search_word_letters"),
            GinIndex(fields=["word"], name="search_word_trigrams", opclasses=["gin_trgm_ops"]),
        ]

    def __str__(self):
        return self.word


class Change(models.Model):
    """A mark that entries of a kind changed; those there are at a time tell that time from every other.

    Written in the transaction of the change, so that what was kept is old at the very moment the change is seen.
    """

    visible_through = None  # holds no record of anyone: a kind and a random number

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    kind = models.CharField(max_length=20)

    def __str__(self):
        return f"{self.kind} {self.pk}"
