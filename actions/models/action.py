"""What somebody has undertaken to do by a date, its milestones, and the updates that say how it goes."""

from datetime import date

from django.conf import settings
from django.core.validators import MaxValueValidator
from django.db import models
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from vcse_portal import history

from .plan import Ambition, Plan
from .rating import ENDED, Rag, Rating, Status, rate, shown_rag

DUE_SOON_DAYS = 14
QUIET_DAYS = 90


class ActionQuerySet(models.QuerySet):
    def visible_to(self, user):
        """Whoever may read the plan may read its actions."""
        if user.is_authenticated and user.is_council:
            return self
        return self.exclude(plan__status=Plan.Status.DRAFT)

    def open(self):
        return self.exclude(status__in=ENDED)

    def overdue(self, today: date):
        return self.open().filter(due_on__lt=today)

    def rated(self, today: date):
        """Adds `shown_rag`, the rating everyone is shown, and `is_late`."""
        late = models.Q(due_on__lt=today) & ~models.Q(status__in=ENDED)
        return self.annotate(
            shown_rag=shown_rag(today),
            is_late=models.Case(
                models.When(late, then=True), default=False, output_field=models.BooleanField()
            ),
        )

    def for_board(self, today: date):
        """In order of ambition, and within one the overdue first, then by number."""
        return (
            self.rated(today)
            .select_related("ambition", "lead_organisation")
            .defer("description", "resources_note", "ambition__description", "lead_organisation__summary")
            .order_by("ambition__number", "-is_late", "number")
        )

    def for_page(self):
        return self.select_related("plan", "ambition", "lead", "lead_organisation", "directorate")


@history.track()
class Action(models.Model):
    """One numbered undertaking of a plan. The lead is a post; a person or a partner may be named with it."""

    class Resources(models.TextChoices):
        EXISTING = "existing", _("Existing resources")
        REALIGN = "realign", _("Existing resources, realigned")
        TO_BE_COSTED = "to_be_costed", _("To be costed")
        UNKNOWN = "", _("Not stated")

    plan = models.ForeignKey(Plan, models.PROTECT, related_name="actions")
    ambition = models.ForeignKey(Ambition, models.PROTECT, related_name="actions")
    number = models.PositiveSmallIntegerField()
    title = models.CharField(max_length=300)
    description = models.TextField(max_length=4000, blank=True)
    lead_post = models.CharField("led by", max_length=200, help_text="A post, such as Head of Libraries.")
    lead = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="actions_led",
        verbose_name="person who updates it",
    )
    lead_organisation = models.ForeignKey(
        "organisations.Organisation",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="actions_led",
        verbose_name="led by a partner",
    )
    directorate = models.ForeignKey(
        "borough.Directorate", models.PROTECT, null=True, blank=True, related_name="actions"
    )
    decision = models.ForeignKey(
        "forums.Decision",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="actions",
        verbose_name="raised by the decision",
        help_text="Of a meeting of a forum.",
    )
    timeframe = models.CharField(max_length=150, blank=True, help_text="As the plan says it.")
    due_on = models.DateField("due date", null=True, blank=True)
    resources = models.CharField(max_length=15, choices=Resources.choices, blank=True)
    resources_note = models.CharField("note on resources", max_length=300, blank=True)

    status = models.CharField(max_length=12, choices=Status.choices, default=Status.NOT_STARTED)
    rag = models.CharField("rating by its lead", max_length=10, choices=Rag.choices, default=Rag.NONE)
    rated_on = models.DateField("rated on", null=True, blank=True)
    progress = models.PositiveSmallIntegerField(
        "progress, per cent", null=True, blank=True, validators=[MaxValueValidator(100)]
    )
    completed_at = models.DateTimeField(null=True, blank=True)
    updated_at = models.DateTimeField(
        "last update", null=True, blank=True, help_text="When one was last posted."
    )
    version = models.PositiveIntegerField(default=1, editable=False)

    objects = ActionQuerySet.as_manager()

    class Meta:
        ordering = ["plan", "number"]
        indexes = [models.Index(fields=["due_on", "status"], name="action_due")]
        constraints = [
            models.UniqueConstraint(
                "plan",
                "number",
                name="action_number_once_a_plan",
                violation_error_message="The plan already has an action with this number.",
            ),
            models.CheckConstraint(
                name="action_complete_all_over",
                condition=models.Q(status="complete", rag="complete", completed_at__isnull=False)
                | (~models.Q(status="complete") & ~models.Q(rag="complete") & models.Q(completed_at=None)),
            ),
            models.CheckConstraint(
                name="action_progress_per_cent",
                condition=models.Q(progress=None) | models.Q(progress__lte=100),
            ),
        ]

    def __str__(self):
        return f"{self.number}. {self.title}"

    def get_absolute_url(self):
        return reverse("actions:action", args=[self.pk])

    @property
    def is_ended(self) -> bool:
        return self.status in ENDED

    def is_overdue(self, today: date | None = None) -> bool:
        """The day it is due is not yet late."""
        return not self.is_ended and self.due_on is not None and self.due_on < (today or timezone.localdate())

    def rating(self, today: date | None = None) -> Rating:
        return rate(
            status=self.status,
            rag=self.rag,
            rated_on=self.rated_on,
            due_on=self.due_on,
            today=today or timezone.localdate(),
        )


@history.track()
class Milestone(models.Model):
    """A step on the way to an action."""

    visible_through = "action"

    action = models.ForeignKey(Action, models.PROTECT, related_name="milestones")
    title = models.CharField(max_length=200)
    due_on = models.DateField("due date", null=True, blank=True)
    reached_on = models.DateField("reached on", null=True, blank=True)

    class Meta:
        ordering = ["due_on", "pk"]

    def __str__(self):
        return self.title


@history.track()
class Update(models.Model):
    """What the lead says about an action on a day. Never changed afterwards; the next one corrects it."""

    visible_through = "action"

    action = models.ForeignKey(Action, models.PROTECT, related_name="updates")
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", null=True, blank=True
    )
    organisation = models.ForeignKey(
        "organisations.Organisation",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="on behalf of",
        help_text="Empty when an officer speaks for the council.",
    )
    posted_at = models.DateTimeField(default=timezone.now, editable=False)
    text = models.TextField(max_length=4000)
    status = models.CharField("status then", max_length=12, choices=Status.choices)
    rag = models.CharField("rating then", max_length=10, choices=Rag.choices)
    progress = models.PositiveSmallIntegerField(
        "progress, per cent", null=True, blank=True, validators=[MaxValueValidator(100)]
    )
    key = models.UUIDField(unique=True, help_text="Made with the form, so that a second click posts nothing.")

    class Meta:
        ordering = ["-posted_at", "-pk"]
        indexes = [models.Index(fields=["action", "-posted_at"], name="update_latest")]

    def __str__(self):
        return f"{self.posted_at:%Y-%m-%d}: {self.text[:60]}"
