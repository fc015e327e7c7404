"""The yearly monitoring report: written, frozen, made into a paper, cleared and published."""

import pgtrigger
from django.conf import settings
from django.db import models
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from vcse_portal import history

from .plan import Plan

FROZEN_COLUMNS = (
    *("plan_id", "year", "year_kind", "period_from", "period_to", "audience", "title", "introduction"),
    *("responsible_officer", "portfolio_holder", "is_key_decision", "key_decision_reason", "exempt"),
    *("is_subject_to_call_in", "wards_affected", "enclosures", "meeting_on"),
    *("figures", "figures_sha256", "as_at", "frozen_at", "frozen_by_id"),
)
FROZEN_DIFFERS = " OR ".join(f'OLD."{name}" IS DISTINCT FROM NEW."{name}"' for name in FROZEN_COLUMNS)


class MonitoringReportQuerySet(models.QuerySet):
    def visible_to(self, user):
        """Council people see every report, drafts included; everyone else the published ones."""
        if user.is_authenticated and user.is_council:
            return self
        return self.published()

    def published(self):
        return self.filter(published_at__isnull=False)

    def for_list(self):
        return (
            self.select_related("plan").defer("figures", "introduction").order_by("-period_from", "audience")
        )

    def being_made(self):
        return self.filter(state=MonitoringReport.State.RENDERING)


@history.track(exclude=("figures", "progress", "progress_words", "lease", "leased_until", "attempts"))
class MonitoringReport(models.Model):
    """How a plan stood in a year, for one audience. Once frozen, neither words nor figures change again."""

    class State(models.TextChoices):
        DRAFT = "draft", _("Draft")
        FROZEN = "frozen", _("Frozen")
        RENDERING = "rendering", _("Being made")
        READY = "ready", _("Ready")
        FAILED = "failed", _("Not made")

    class Audience(models.TextChoices):
        CABINET = "cabinet", _("Cabinet")
        SCRUTINY = "scrutiny", _("Overview and Scrutiny Committee")

    class YearKind(models.TextChoices):
        FINANCIAL = "financial", _("Financial year")
        PLAN = "plan", _("Year of the plan")

    plan = models.ForeignKey(Plan, models.PROTECT, related_name="reports")
    year = models.PositiveSmallIntegerField(help_text="The year it begins in.")
    year_kind = models.CharField(
        "kind of year", max_length=10, choices=YearKind.choices, default=YearKind.FINANCIAL
    )
    period_from = models.DateField()
    period_to = models.DateField()
    audience = models.CharField("report for", max_length=10, choices=Audience.choices)
    title = models.CharField(max_length=250)
    introduction = models.TextField(max_length=20_000, blank=True)

    meeting_on = models.DateField("date of meeting", null=True, blank=True)
    responsible_officer = models.CharField(max_length=200, blank=True)
    portfolio_holder = models.CharField(max_length=200, blank=True)
    is_key_decision = models.BooleanField("key decision", default=False)
    key_decision_reason = models.CharField("why it is one", max_length=200, blank=True)
    exempt = models.CharField(
        "exempt information", max_length=200, blank=True, help_text="The paragraph of Schedule 12A, if any."
    )
    is_subject_to_call_in = models.BooleanField("decision subject to call-in", default=True)
    wards_affected = models.CharField(max_length=300, blank=True, default="All")
    enclosures = models.TextField(max_length=1000, blank=True)

    state = models.CharField(max_length=10, choices=State.choices, default=State.DRAFT)
    started_at = models.DateTimeField(default=timezone.now, editable=False)
    started_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    figures = models.JSONField(null=True, blank=True, editable=False)
    figures_sha256 = models.CharField("seal of the figures", max_length=64, blank=True, editable=False)
    as_at = models.DateField("figures as at", null=True, blank=True, editable=False)
    frozen_at = models.DateTimeField(null=True, blank=True)
    frozen_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )

    asked_at = models.DateTimeField("last asked for", null=True, blank=True)
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    progress = models.PositiveSmallIntegerField(default=0, editable=False)
    progress_words = models.CharField(max_length=100, blank=True, editable=False)
    lease = models.UUIDField(null=True, blank=True, editable=False)
    leased_until = models.DateTimeField(null=True, blank=True, editable=False)
    attempts = models.PositiveSmallIntegerField(default=0, editable=False)
    error = models.TextField("why it was not made", blank=True)
    file = models.FileField(max_length=200, blank=True, editable=False)
    file_size = models.PositiveIntegerField("size in bytes", null=True, blank=True)
    page_count = models.PositiveIntegerField("pages", null=True, blank=True)
    rendered_at = models.DateTimeField("made", null=True, blank=True)

    published_at = models.DateTimeField(null=True, blank=True)
    published_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    version = models.PositiveIntegerField(default=1, editable=False)

    objects = MonitoringReportQuerySet.as_manager()

    class Meta:
        ordering = ["-period_from", "audience"]
        constraints = [
            models.UniqueConstraint(
                "plan",
                "year",
                "year_kind",
                "audience",
                name="one_report_a_year_and_audience",
                violation_error_message="There is already a report on this plan for that year and audience.",
            ),
            models.CheckConstraint(
                name="report_frozen_unless_draft",
                condition=models.Q(
                    state="draft", figures=None, figures_sha256="", as_at=None, frozen_at=None, frozen_by=None
                )
                | (
                    ~models.Q(state="draft")
                    & ~models.Q(figures_sha256="")
                    & models.Q(figures__isnull=False, as_at__isnull=False, frozen_at__isnull=False)
                ),
            ),
            models.CheckConstraint(
                name="report_ready_has_paper",
                condition=~models.Q(state="ready")
                | (~models.Q(file="") & models.Q(rendered_at__isnull=False, page_count__isnull=False)),
            ),
            models.CheckConstraint(
                name="report_published_is_ready",
                condition=models.Q(published_at=None, published_by=None)
                | models.Q(published_at__isnull=False, state="ready"),
            ),
        ]
        triggers = [
            pgtrigger.Protect(
                name="frozen_stays",
                operation=pgtrigger.Update,
                condition=pgtrigger.Condition(f"OLD.frozen_at IS NOT NULL AND ({FROZEN_DIFFERS})"),
            )
        ]

    def __str__(self):
        return self.title

    def get_absolute_url(self):
        return reverse("actions:report", args=[self.pk])

    @property
    def is_draft(self) -> bool:
        return self.state == self.State.DRAFT

    @property
    def is_rendering(self) -> bool:
        return self.state == self.State.RENDERING

    @property
    def is_ready(self) -> bool:
        return self.state == self.State.READY

    @property
    def is_published(self) -> bool:
        return self.published_at is not None

    @property
    def may_be_made(self) -> bool:
        """Its paper can be asked for: frozen, not being made, not yet published."""
        return (
            self.state in (self.State.FROZEN, self.State.READY, self.State.FAILED) and not self.is_published
        )

    @property
    def status_words(self) -> str:
        return str(_("Published")) if self.is_published else self.get_state_display()

    @property
    def status_colour(self) -> str:
        colours = {"draft": "yellow", "frozen": "blue", "rendering": "blue", "ready": "teal", "failed": "red"}
        return "green" if self.is_published else colours[self.state]

    @property
    def file_name(self) -> str:
        """What the paper is called on the reader's disk."""
        return f"{self.plan.code}-{self.year}-{self.audience}.pdf"


@history.track()
class Clearance(models.Model):
    """A statutory officer, or one acting for them, has read the report and agrees to it going forward."""

    visible_through = "report"

    class Kind(models.TextChoices):
        FINANCE = "finance", _("Chief Financial Officer")
        LEGAL = "legal", _("Monitoring Officer")
        CHIEF = "chief", _("Chief Officer")
        PROCUREMENT = "procurement", _("Head of Procurement")
        AUDIT = "audit", _("Head of Internal Audit")

    report = models.ForeignKey(MonitoringReport, models.PROTECT, related_name="clearances")
    kind = models.CharField("clearance by", max_length=12, choices=Kind.choices)
    name = models.CharField(max_length=150)
    on_behalf_of = models.CharField("signed on behalf of", max_length=150, blank=True)
    cleared_on = models.DateField("date")
    recorded_at = models.DateTimeField(default=timezone.now, editable=False)
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )

    class Meta:
        ordering = ["report", "kind"]
        constraints = [
            models.UniqueConstraint(
                "report",
                "kind",
                name="one_clearance_of_a_kind",
                violation_error_message="This clearance has been recorded already.",
            )
        ]

    def __str__(self):
        return f"{self.get_kind_display()}: {self.name}"
