"""A meeting of a forum: when and where, and how far it is."""

from uuid import uuid4

from django.conf import settings
from django.db import models
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _

from vcse_portal import history
from vcse_portal.ui.words import moment

from .forum import Forum, Side

Q = models.Q


class MeetingQuerySet(models.QuerySet):
    def visible_to(self, user):
        """Whoever may read the forum may know when it meets. What of it they may read, the parts decide."""
        return self.filter(forum__in=Forum.objects.visible_to(user))

    def coming(self, now=None):
        """Still to be held, the next first."""
        ahead = self.filter(starts_at__gte=now or timezone.now(), status__in=Meeting.AHEAD)
        return ahead.order_by("starts_at", "pk")

    def happened(self):
        """Attendance was recorded, the latest first."""
        return self.filter(status__in=Meeting.HAPPENED).order_by("-starts_at", "-pk")

    def for_list(self):
        return self.select_related("forum").defer("minutes")

    def for_page(self):
        return self.select_related("forum", "agreed_by_council", "agreed_by_sector")


@history.track()
class Meeting(models.Model):
    """Planned, its agenda opened, agreed by both chairs, held, and closed when the minutes are published."""

    class Status(models.TextChoices):
        PLANNED = "planned", _("Planned")
        OPEN = "open", _("Agenda open")
        AGREED = "agreed", _("Agenda agreed")
        HELD = "held", _("Held")
        CLOSED = "closed", _("Minutes published")
        CANCELLED = "cancelled", _("Cancelled")

    AHEAD = (Status.PLANNED, Status.OPEN, Status.AGREED)
    HAPPENED = (Status.HELD, Status.CLOSED)
    AGENDA_IS_OUT = (Status.AGREED, Status.HELD, Status.CLOSED)

    forum = models.ForeignKey(Forum, models.PROTECT, related_name="meetings")
    title = models.CharField(max_length=150, blank=True)
    starts_at = models.DateTimeField("begins")
    ends_at = models.DateTimeField("ends")
    place = models.CharField(max_length=250, blank=True)
    join_url = models.URLField("address to join online", max_length=500, blank=True)
    status = models.CharField(max_length=10, choices=Status.choices, default=Status.PLANNED)
    sequence = models.PositiveIntegerField(default=0, editable=False, help_text="Counts changed invitations.")

    items_until = models.DateField("items can be proposed until", null=True, blank=True)
    agreed_by_council = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    council_agreed_at = models.DateTimeField(null=True, blank=True)
    agreed_by_sector = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    sector_agreed_at = models.DateTimeField(null=True, blank=True)
    agenda_agreed_at = models.DateTimeField(null=True, blank=True, editable=False)

    minutes = models.TextField(max_length=50_000, blank=True)
    closed_at = models.DateTimeField("minutes published", null=True, blank=True)
    closed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    corrected_at = models.DateTimeField("minutes corrected", null=True, blank=True)
    cancelled_reason = models.CharField("why it was cancelled", max_length=500, blank=True)
    key = models.UUIDField(unique=True, default=uuid4, editable=False)
    version = models.PositiveIntegerField(default=1, editable=False)

    objects = MeetingQuerySet.as_manager()

    class Meta:
        ordering = ["-starts_at", "-pk"]
        indexes = [models.Index(fields=["forum", "-starts_at"], name="meeting_of_forum")]
        constraints = [
            models.CheckConstraint(
                name="meeting_ends_after_start", condition=Q(ends_at__gt=models.F("starts_at"))
            ),
            models.CheckConstraint(
                name="meeting_council_agreed_pair",
                condition=Q(agreed_by_council=None, council_agreed_at=None)
                | Q(agreed_by_council__isnull=False, council_agreed_at__isnull=False),
            ),
            models.CheckConstraint(
                name="meeting_sector_agreed_pair",
                condition=Q(agreed_by_sector=None, sector_agreed_at=None)
                | Q(agreed_by_sector__isnull=False, sector_agreed_at__isnull=False),
            ),
            models.CheckConstraint(
                name="meeting_agreed_by_both",
                condition=~Q(status="agreed")
                | Q(council_agreed_at__isnull=False, sector_agreed_at__isnull=False),
            ),
            models.CheckConstraint(
                name="meeting_closed_pair",
                condition=Q(status="closed", closed_at__isnull=False, closed_by__isnull=False)
                | (~Q(status="closed") & Q(closed_at=None, closed_by=None)),
            ),
        ]

    def __str__(self):
        return f"{self.forum}, {self.day}"

    def get_absolute_url(self):
        return reverse("forums:meeting", args=[self.pk])

    @property
    def day(self) -> str:
        return date_format(timezone.localdate(self.starts_at))

    @property
    def hours(self) -> str:
        """29 November 2026, 2:00pm to 4:00pm."""
        ends = moment(self.ends_at)
        same_day = timezone.localdate(self.starts_at) == timezone.localdate(self.ends_at)
        until = ends.rpartition(", ")[2] if same_day else ends
        return _("%(begins)s to %(ends)s") % {"begins": moment(self.starts_at), "ends": until}

    @property
    def heading(self) -> str:
        """What its page is called: its own title, or that it is the meeting of a day."""
        return self.title or _("Meeting of %(day)s") % {"day": self.day}

    @property
    def is_ahead(self) -> bool:
        return self.status in self.AHEAD

    @property
    def has_happened(self) -> bool:
        return self.status in self.HAPPENED

    @property
    def is_closed(self) -> bool:
        return self.status == self.Status.CLOSED

    @property
    def is_cancelled(self) -> bool:
        return self.status == self.Status.CANCELLED

    @property
    def agenda_is_out(self) -> bool:
        """Both chairs agreed it, or the meeting was held on it."""
        return self.status in self.AGENDA_IS_OUT

    def has_begun(self, now=None) -> bool:
        return self.starts_at <= (now or timezone.now())

    def takes_items(self, today=None) -> bool:
        """Anybody with a seat may propose items, up to and on the published day."""
        if self.status != self.Status.OPEN or self.items_until is None:
            return False
        return (today or timezone.localdate()) <= self.items_until

    def agreed_by(self, side: str):
        return self.agreed_by_council if side == Side.COUNCIL else self.agreed_by_sector

    def agreed_at(self, side: str):
        return self.council_agreed_at if side == Side.COUNCIL else self.sector_agreed_at

    @property
    def colour(self) -> str:
        return {
            "planned": "blue", "open": "yellow", "agreed": "green", "held": "purple", "cancelled": "red",
        }.get(self.status, "grey")  # fmt: skip
