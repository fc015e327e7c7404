"""An intention: one thing the council plans to buy or fund, on its way through the commissioning cycle."""

import uuid
from datetime import date, timedelta

from django.conf import settings
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as now_translate
from django.utils.translation import gettext_lazy as _

from vcse_portal import history
from vcse_portal.borough.models import code_list_field
from vcse_portal.ui.words import pounds

from .circulars.models import Circular, CircularEntry

__all__ = ["Circular", "CircularEntry", "Intention", "Route", "Stage", "Status"]

Q = models.Q


class Stage(models.TextChoices):
    """The commissioning cycle, in order."""

    EARLY_IDEA = "early_idea", _("Early idea")
    UNDERSTANDING_NEED = "understanding_need", _("Understanding need")
    CO_DESIGN = "co_design", _("Co-design")
    MARKET_ENGAGEMENT = "market_engagement", _("Market engagement")
    OPEN = "open", _("Open to bid or apply")
    EVALUATION = "evaluation", _("Evaluation")
    AWARDED = "awarded", _("Awarded")
    DELIVERY = "delivery", _("Being delivered")
    ENDED = "ended", _("Ended")

    @property
    def place(self) -> int:
        return list(Stage).index(self)


TALKING = (Stage.EARLY_IDEA, Stage.UNDERSTANDING_NEED, Stage.CO_DESIGN, Stage.MARKET_ENGAGEMENT, Stage.OPEN)
STAGE_COLOURS = {Stage.OPEN: "green", Stage.ENDED: "grey", Stage.AWARDED: "teal", Stage.DELIVERY: "teal"}


class Route(models.TextChoices):
    """How the money is to reach whoever does the work."""

    UNDECIDED = "undecided", _("Not decided")
    GRANT = "grant", _("Grant")
    SLA = "sla", _("Service level agreement")
    CONTRACT = "contract", _("Contract")
    LIGHT_TOUCH = "light_touch", _("Contract under the light-touch rules")
    ALLIANCE = "alliance", _("Alliance contract")
    IN_HOUSE = "in_house", _("In-house")


class Status(models.TextChoices):
    DRAFT = "draft", _("Draft")
    PUBLISHED = "published", _("Published")
    WITHDRAWN = "withdrawn", _("Withdrawn")


class IntentionQuerySet(models.QuerySet):
    def visible_to(self, user):
        """Council people see drafts. Once published, everyone sees it for good, withdrawn or not."""
        if user.is_authenticated and user.is_council:
            return self
        return self.filter(published_at__isnull=False)

    def published(self):
        return self.filter(status=Status.PUBLISHED)

    def drafts(self):
        return self.filter(status=Status.DRAFT)

    def current(self):
        """Still going: neither ended nor withdrawn."""
        return self.exclude(status=Status.WITHDRAWN).exclude(stage=Stage.ENDED)

    def open_for_comment(self, today: date | None = None):
        today = today or timezone.localdate()
        return self.published().filter(Q(closes_on=None) | Q(closes_on__gte=today), stage__in=TALKING)

    def for_list(self):
        return self.select_related("directorate").defer("need")

    def for_page(self):
        return self.select_related("directorate", "lead_officer", "published_by", "withdrawn_by")


@history.track(exclude=("key",))
class Intention(models.Model):
    """Values are pounds without VAT. `key` is made with the form, so that a second click records nothing."""

    answering_roles = ("commissioning",)  # who may answer comments about it

    title = models.CharField(max_length=200)
    summary = models.TextField(max_length=500, help_text="One paragraph in plain English.")
    need = models.TextField("what is needed and why", max_length=10_000, blank=True)
    directorate = models.ForeignKey("borough.Directorate", models.PROTECT, related_name="intentions")
    lead_officer = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="intentions_led", verbose_name="lead officer"
    )
    themes = code_list_field("themes", of="theme")
    communities = code_list_field("communities", of="community")
    wards = code_list_field("wards", of="ward")
    outcomes = code_list_field("outcomes", of="outcome")

    stage = models.CharField(max_length=20, choices=Stage.choices, default=Stage.EARLY_IDEA)
    stage_moved_at = models.DateTimeField(null=True, blank=True, editable=False)
    route = models.CharField(max_length=12, choices=Route.choices, default=Route.UNDECIDED)
    value_low = models.DecimalField(
        "lowest value",
        max_digits=14,
        decimal_places=2,
        null=True,
        blank=True,
        help_text="Pounds without VAT.",
    )
    value_high = models.DecimalField(
        "highest value",
        max_digits=14,
        decimal_places=2,
        null=True,
        blank=True,
        help_text="Pounds without VAT.",
    )
    expected_open_on = models.DateField("expected to open", null=True, blank=True)
    closes_on = models.DateField("closes", null=True, blank=True)
    starts_on = models.DateField("work starts", null=True, blank=True)
    ends_on = models.DateField("work ends", null=True, blank=True)
    portal_url = models.URLField("tender portal", max_length=300, blank=True)

    status = models.CharField(max_length=10, choices=Status.choices, default=Status.DRAFT)
    published_at = models.DateTimeField(null=True, blank=True, editable=False)
    published_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    withdrawn_at = models.DateTimeField(null=True, blank=True, editable=False)
    withdrawn_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    withdrawn_reason = models.CharField(max_length=500, blank=True)
    key = models.UUIDField(unique=True, default=uuid.uuid4, editable=False)
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    updated_at = models.DateTimeField(default=timezone.now, editable=False)
    version = models.PositiveIntegerField(default=1, editable=False)

    objects = IntentionQuerySet.as_manager()

    class Meta:
        ordering = ["-published_at", "-pk"]
        indexes = [
            models.Index("published_at", "id", name="intention_newest"),
            models.Index("closes_on", "id", name="intention_closing"),
            GinIndex(fields=["themes"], name="intention_themes"),
        ]
        constraints = [
            models.CheckConstraint(
                name="intention_values_in_order",
                condition=(Q(value_low=None) | Q(value_low__gte=0))
                & (Q(value_high=None) | Q(value_high__gte=0))
                & (Q(value_low=None) | Q(value_high=None) | Q(value_high__gte=models.F("value_low"))),
            ),
            models.CheckConstraint(
                name="intention_closes_after_opening",
                condition=Q(expected_open_on=None)
                | Q(closes_on=None)
                | Q(closes_on__gte=models.F("expected_open_on")),
            ),
            models.CheckConstraint(
                name="intention_ends_after_start",
                condition=Q(starts_on=None) | Q(ends_on=None) | Q(ends_on__gte=models.F("starts_on")),
            ),
            models.CheckConstraint(
                name="intention_published_pair",
                condition=Q(published_at=None, published_by=None)
                | Q(published_at__isnull=False, published_by__isnull=False),
            ),
            models.CheckConstraint(
                name="intention_status_fits",
                condition=Q(status=Status.DRAFT, published_at=None, withdrawn_at=None)
                | Q(status=Status.PUBLISHED, published_at__isnull=False, withdrawn_at=None)
                | Q(status=Status.WITHDRAWN, withdrawn_at__isnull=False),
            ),
            models.CheckConstraint(
                name="intention_withdrawn_pair",
                condition=Q(withdrawn_at=None, withdrawn_by=None, withdrawn_reason="")
                | (Q(withdrawn_at__isnull=False, withdrawn_by__isnull=False) & ~Q(withdrawn_reason="")),
            ),
        ]

    def __str__(self):
        return self.title

    def get_absolute_url(self):
        return reverse("commissioning:intention", args=[self.pk])

    @property
    def answering_officer(self):
        return self.lead_officer

    @property
    def is_draft(self) -> bool:
        return self.status == Status.DRAFT

    @property
    def is_published(self) -> bool:
        return self.status == Status.PUBLISHED

    @property
    def is_withdrawn(self) -> bool:
        return self.status == Status.WITHDRAWN

    @property
    def is_open_for_comment(self) -> bool:
        """Published, not yet past bidding, and the closing date has not passed."""
        is_in_time = self.closes_on is None or self.closes_on >= timezone.localdate()
        return self.is_published and self.stage in TALKING and is_in_time

    @property
    def state_words(self) -> str:
        """The one tag people scan for: the stage, unless it is a draft or withdrawn."""
        return str(self.get_stage_display() if self.is_published else self.get_status_display())

    @property
    def state_colour(self) -> str:
        if not self.is_published:
            return "yellow" if self.is_draft else "red"
        return STAGE_COLOURS.get(self.stage, "blue")

    @property
    def value_words(self) -> str:
        """The value range in pounds; empty when nothing is known."""
        low, high = self.value_low, self.value_high
        if low is None and high is None:
            return ""
        if high is None:
            return now_translate("From %(low)s") % {"low": pounds(low)}
        if low is None:
            return now_translate("Up to %(high)s") % {"high": pounds(high)}
        if low == high:
            return pounds(low)
        return now_translate("%(low)s to %(high)s") % {"low": pounds(low), "high": pounds(high)}

    @property
    def next_date(self) -> date | None:
        """The date that matters next to a group: when it opens, then closes, then the work starts, then ends."""
        if self.stage == Stage.OPEN and self.closes_on:
            return self.closes_on
        if self.stage in TALKING:
            return self.expected_open_on
        return self.starts_on if self.stage in (Stage.EVALUATION, Stage.AWARDED) else self.ends_on

    @property
    def lacks(self) -> list[str]:
        """What is missing before it can be published, as things to enter."""
        wanted = {
            "what is needed and why": self.need.strip(),
            "at least one theme": self.themes,
            "when it is expected to open, or when work starts": self.expected_open_on or self.starts_on,
        }
        return [what for what, value in wanted.items() if not value]

    @property
    def stale_on(self) -> date:
        """A draft nobody touched for thirty days is asked about."""
        return timezone.localdate(self.updated_at) + timedelta(days=30)
