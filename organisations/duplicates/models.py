"""Pairs of records that may be one organisation, those that are not, and what a merge did."""

from uuid import uuid4

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.utils import timezone

from organisations.models import Organisation
from vcse_portal import history
from vcse_portal.accounts.models import Role


class OfficersQuerySet(models.QuerySet):
    """Nobody but those who keep the register needs to know of a suspicion."""

    def visible_to(self, user):
        is_keeper = user.is_authenticated and user.has_role(Role.PARTNERSHIPS)
        return self if is_keeper else self.none()


class PairQuerySet(OfficersQuerySet):
    def for_list(self):
        return self.select_related("first__ward", "second__ward").order_by("-score", "pk")

    def with_one_of(self, ids):
        return self.filter(models.Q(first__in=ids) | models.Q(second__in=ids))


class Pair(models.Model):
    """Two records that look like one organisation. Made anew each night from the records, never by hand."""

    class Reason(models.TextChoices):
        NUMBER = "number", "The same number"
        SAME_NAME_NEARBY = "same_name_nearby", "The same name in the same postcode"
        NAME_NEARBY = "name_nearby", "Names alike in the same postcode"
        SAME_NAME = "same_name", "The same name"
        WEBSITE = "website", "The same website"
        EMAIL = "email", "The same email address"

    first = models.ForeignKey(Organisation, models.CASCADE, related_name="+", db_index=False)
    second = models.ForeignKey(Organisation, models.CASCADE, related_name="+")
    reasons = ArrayField(models.CharField(max_length=16, choices=Reason.choices))
    score = models.FloatField(help_text="How likely, from 0 to 1.")
    found_at = models.DateTimeField(default=timezone.now)

    objects = PairQuerySet.as_manager()

    class Meta:
        ordering = ["-score", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["first", "second"], name="pair_once"),
            models.CheckConstraint(name="pair_in_order", condition=models.Q(first__lt=models.F("second"))),
        ]
        indexes = [
            models.Index(fields=["-score", "id"], name="pair_likeliest"),
            GinIndex(fields=["reasons"], name="pair_reasons"),
        ]

    def __str__(self):
        return f"{self.first} and {self.second}"

    @property
    def reason_words(self) -> list[str]:
        return [self.Reason(code).label for code in self.reasons]

    @property
    def words(self) -> str:
        """The reasons as one sentence."""
        first, *rest = self.reason_words
        return ", ".join([first, *(words[:1].lower() + words[1:] for words in rest)])


class DistinctionQuerySet(OfficersQuerySet):
    def standing(self):
        return self.filter(withdrawn_at=None)

    def for_list(self):
        return self.select_related("first", "second", "decided_by").order_by("-decided_at", "-pk")


@history.track()
class Distinction(models.Model):
    """An officer's word that two records are two organisations: the pair is offered no more."""

    first = models.ForeignKey(Organisation, models.PROTECT, related_name="+", db_index=False)
    second = models.ForeignKey(Organisation, models.PROTECT, related_name="+")
    reason = models.CharField("how they differ", max_length=300, blank=True)
    decided_at = models.DateTimeField(default=timezone.now)
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    withdrawn_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )

    objects = DistinctionQuerySet.as_manager()

    class Meta:
        ordering = ["-decided_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["first", "second"],
                condition=models.Q(withdrawn_at=None),
                name="one_standing_distinction",
            ),
            models.CheckConstraint(
                name="distinction_in_order", condition=models.Q(first__lt=models.F("second"))
            ),
            models.CheckConstraint(
                name="distinction_withdrawn_pair",
                condition=models.Q(withdrawn_at=None, withdrawn_by=None)
                | models.Q(withdrawn_at__isnull=False, withdrawn_by__isnull=False),
            ),
        ]

    def __str__(self):
        return f"{self.first} is not {self.second}"


class MergeQuerySet(OfficersQuerySet):
    def standing(self):
        return self.filter(undone_at=None)

    def for_list(self):
        return self.defer("moved").select_related("winner", "loser", "done_by").order_by("-done_at", "-pk")


@history.track(exclude=("moved",))
class Merge(models.Model):
    """One record took another's place: exactly what moved and what stood before, so that it can be undone."""

    winner = models.ForeignKey(Organisation, models.PROTECT, related_name="merges_won")
    loser = models.ForeignKey(Organisation, models.PROTECT, related_name="merges_lost")
    loser_name = models.CharField(max_length=250)
    fields = models.JSONField(default=dict, help_text="What changed on the winner: field → [before, after].")
    loser_fields = models.JSONField(default=dict, help_text="The same of the loser.")
    moved = models.JSONField(default=list, help_text="Each row: relation, id, values before and after.")
    stayed = models.JSONField(default=dict, help_text="Relation → how many rows stayed with the loser.")
    key = models.UUIDField(
        unique=True,
        default=uuid4,
        editable=False,
        help_text="Made with the form: a second click merges nothing.",
    )
    done_at = models.DateTimeField(default=timezone.now)
    done_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    undone_at = models.DateTimeField(null=True, blank=True)
    undone_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    kept = models.JSONField(default=list, help_text="What the undoing left as it was, in sentences.")

    objects = MergeQuerySet.as_manager()

    class Meta:
        ordering = ["-done_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["loser"], condition=models.Q(undone_at=None), name="merged_once_at_a_time"
            ),
            models.CheckConstraint(name="merge_of_two", condition=~models.Q(winner=models.F("loser"))),
            models.CheckConstraint(
                name="undone_after_done",
                condition=models.Q(undone_at=None) | models.Q(undone_at__gte=models.F("done_at")),
            ),
        ]

    def __str__(self):
        return f"{self.loser_name} into {self.winner}"

    @property
    def is_undone(self) -> bool:
        return self.undone_at is not None
