"""Who at the council keeps the relationship with an organisation, who speaks for the sector in each directorate."""

from datetime import date

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils import timezone

from organisations.models import Organisation
from vcse_portal import history

Q = models.Q
PERSON = settings.AUTH_USER_MODEL
USUAL_MONTHS = 6


class TermQuerySet(models.QuerySet):
    def current(self, today: date | None = None):
        today = today or timezone.localdate()
        return self.filter(starts_on__lte=today).filter(Q(ends_on=None) | Q(ends_on__gt=today))

    def open(self):
        return self.filter(ends_on=None)


class Term(models.Model):
    """An officer holds something from a day until a day."""

    officer = models.ForeignKey(PERSON, models.PROTECT, related_name="%(class)s_terms")
    starts_on = models.DateField("since")
    ends_on = models.DateField("until", null=True, blank=True, help_text="The first day it no longer holds.")

    class Meta:
        abstract = True
        ordering = ["-starts_on", "-pk"]


class RelationshipManagerQuerySet(TermQuerySet):
    def visible_to(self, user):
        """Council people know who keeps which relationship; an organisation's people know who keeps theirs."""
        if not user.is_authenticated:
            return self.none()
        if user.is_council:
            return self
        return self.filter(organisation__in=Organisation.objects.spoken_for_by(user).values("pk"))


@history.track()
class RelationshipManager(Term):
    """The officer an organisation can turn to with anything. One at a time; those before are kept."""

    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="relationship_managers")

    objects = RelationshipManagerQuerySet.as_manager()

    class Meta(Term.Meta):
        constraints = [
            models.UniqueConstraint(
                fields=["organisation"], condition=Q(ends_on=None), name="one_relationship_manager"
            ),
            models.CheckConstraint(
                name="manager_ends_after_start",
                condition=Q(ends_on=None) | Q(ends_on__gte=models.F("starts_on")),
            ),
        ]

    def __str__(self):
        return f"{self.officer} for {self.organisation}"


class ChampionQuerySet(TermQuerySet):
    def visible_to(self, user):
        """The champions are named in public; those of before are for council people."""
        return self if user.is_authenticated and user.is_council else self.current()


@history.track()
class Champion(Term):
    """The officer who stands up for the sector within a directorate. One at a time; those before are kept."""

    directorate = models.ForeignKey("borough.Directorate", models.PROTECT, related_name="champions")

    objects = ChampionQuerySet.as_manager()

    class Meta(Term.Meta):
        constraints = [
            models.UniqueConstraint(
                fields=["directorate"], condition=Q(ends_on=None), name="one_champion_a_directorate"
            ),
            models.CheckConstraint(
                name="champion_ends_after_start",
                condition=Q(ends_on=None) | Q(ends_on__gte=models.F("starts_on")),
            ),
        ]

    def __str__(self):
        return f"{self.officer} in {self.directorate}"


class QuietRuleQuerySet(models.QuerySet):
    def visible_to(self, user):
        """How often we mean to be in touch is the council's own business."""
        return self if user.is_authenticated and user.is_council else self.none()

    def months_on(self, day: date) -> int:
        rule = self.filter(effective_from__lte=day).order_by("-effective_from", "-pk").first()
        return rule.months if rule else USUAL_MONTHS


@history.track()
class QuietRule(models.Model):
    """After how many months without a conversation an organisation is to be heard from again."""

    months = models.PositiveSmallIntegerField(validators=[MinValueValidator(1), MaxValueValidator(36)])
    effective_from = models.DateField()
    set_by = models.ForeignKey(PERSON, models.PROTECT, related_name="+")

    objects = QuietRuleQuerySet.as_manager()

    class Meta:
        ordering = ["-effective_from", "-pk"]

    def __str__(self):
        return f"{self.months} months from {self.effective_from}"
