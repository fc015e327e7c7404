"""The figures of the sector that are kept: one set a year to compare with, and the paper made of a day's."""

from django.db import models
from django.utils import timezone

from vcse_portal import history


class SnapshotQuerySet(models.QuerySet):
    def visible_to(self, user):
        """Council people: the kept figures hold small numbers, which pages leave out."""
        return self if user.is_authenticated and user.is_council else self.none()


@history.track(exclude=("figures",))
class Snapshot(models.Model):
    """The sector's figures of one council year (April to March), frozen once and never changed."""

    year = models.PositiveSmallIntegerField(unique=True, help_text="The year it begins in.")
    as_at = models.DateField("figures as at")
    figures = models.JSONField(editable=False)
    figures_sha256 = models.CharField("seal of the figures", max_length=64, editable=False)
    frozen_at = models.DateTimeField(default=timezone.now)

    objects = SnapshotQuerySet.as_manager()

    class Meta:
        ordering = ["-as_at"]

    def __str__(self):
        return f"Figures of {self.year}"


class PaperQuerySet(models.QuerySet):
    def visible_to(self, user):
        """Everyone: a paper says what the public page says."""
        return self

    def ready(self):
        return self.filter(made_at__isnull=False)


@history.track(exclude=("content", "leased_until"))
class Paper(models.Model):
    """The state of the sector as a PDF, at most one a day; made in the background."""

    as_at = models.DateField("figures as at", unique=True)
    figures_sha256 = models.CharField("seal of the figures", max_length=64, blank=True, editable=False)
    content = models.BinaryField(null=True, editable=False)
    page_count = models.PositiveIntegerField("pages", null=True, blank=True)
    made_at = models.DateTimeField(null=True, blank=True)
    leased_until = models.DateTimeField(null=True, blank=True, editable=False)

    objects = PaperQuerySet.as_manager()

    class Meta:
        ordering = ["-as_at"]
        constraints = [
            models.CheckConstraint(
                name="paper_made_has_content",
                condition=models.Q(made_at=None, content=None)
                | models.Q(made_at__isnull=False, content__isnull=False),
            ),
        ]

    def __str__(self):
        return f"State of the sector at {self.as_at}"
