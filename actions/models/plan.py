"""A plan that council and sector adopt together, and the ambitions its actions are grouped by."""

from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from vcse_portal import history


class PlanQuerySet(models.QuerySet):
    def visible_to(self, user):
        """Everyone reads a plan once it is adopted; only council people know of drafts."""
        if user.is_authenticated and user.is_council:
            return self
        return self.adopted()

    def adopted(self):
        return self.exclude(status=Plan.Status.DRAFT)

    def current(self):
        return self.filter(status=Plan.Status.CURRENT)

    def for_list(self, today):
        """Each plan with its number of actions, how many are complete and how many overdue."""
        complete = models.Q(actions__status="complete")
        overdue = models.Q(actions__due_on__lt=today) & ~models.Q(actions__status__in=["complete", "dropped"])
        return self.annotate(
            action_count=models.Count("actions"),
            complete_count=models.Count("actions", filter=complete),
            overdue_count=models.Count("actions", filter=overdue),
        ).order_by("-starts_on", "title")


@history.track()
class Plan(models.Model):
    """A set of undertakings with a beginning and an end, such as a three-year strategy's action plan."""

    class Status(models.TextChoices):
        DRAFT = "draft", _("Draft")
        CURRENT = "current", _("In force")
        CLOSED = "closed", _("Closed")

    title = models.CharField(max_length=200)
    code = models.SlugField(max_length=60, unique=True, help_text="Its address, such as strategy-2026.")
    summary = models.TextField(max_length=4000, blank=True)
    starts_on = models.DateField("start date")
    ends_on = models.DateField("end date")
    status = models.CharField(max_length=10, choices=Status.choices, default=Status.DRAFT)
    adopted_on = models.DateField("adopted on", null=True, blank=True)
    owner = models.ForeignKey(
        "borough.Directorate",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="plans",
        verbose_name="owned by",
    )
    version = models.PositiveIntegerField(default=1, editable=False)

    objects = PlanQuerySet.as_manager()

    class Meta:
        ordering = ["-starts_on", "title"]
        constraints = [
            models.CheckConstraint(
                name="plan_ends_after_start",
                condition=models.Q(ends_on__gte=models.F("starts_on")),
                violation_error_message="The plan ends before it starts.",
            ),
            models.CheckConstraint(
                name="plan_adopted_unless_draft",
                condition=models.Q(status="draft", adopted_on=None)
                | (~models.Q(status="draft") & models.Q(adopted_on__isnull=False)),
            ),
        ]

    def __str__(self):
        return self.title

    def get_absolute_url(self):
        return reverse("actions:plan", args=[self.code])

    @property
    def is_draft(self) -> bool:
        return self.status == self.Status.DRAFT

    @property
    def is_current(self) -> bool:
        return self.status == self.Status.CURRENT

    @property
    def status_colour(self) -> str:
        return {"draft": "yellow", "current": "green"}.get(self.status, "grey")


@history.track()
class Ambition(models.Model):
    """What a group of a plan's actions is to bring about."""

    visible_through = "plan"

    plan = models.ForeignKey(Plan, models.PROTECT, related_name="ambitions")
    number = models.PositiveSmallIntegerField()
    title = models.CharField(max_length=200)
    description = models.TextField(max_length=2000, blank=True)
    version = models.PositiveIntegerField(default=1, editable=False)

    class Meta:
        ordering = ["plan", "number"]
        constraints = [
            models.UniqueConstraint(
                "plan",
                "number",
                name="ambition_number_once_a_plan",
                violation_error_message="The plan already has an ambition with this number.",
            )
        ]

    def __str__(self):
        return f"{self.number}. {self.title}"
