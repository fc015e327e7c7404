"""An event or a piece of training that council and sector meet at."""

import uuid
from datetime import date, datetime, time, timedelta

from django.conf import settings
from django.contrib.contenttypes.fields import GenericForeignKey
from django.contrib.contenttypes.models import ContentType
from django.db import models
from django.db.models.functions import Coalesce
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _

from vcse_portal import history
from vcse_portal.borough.models import code_list_field
from vcse_portal.mail import ics

REMIND_BEFORE = timedelta(hours=48)
Q = models.Q


class Kind(models.TextChoices):
    TRAINING = "training", _("Training")
    NETWORK = "network", _("Network session")
    WORKSHOP = "workshop", _("Co-production workshop")
    LAUNCH = "launch", _("Launch")
    OTHER = "other", _("Other event")


class Status(models.TextChoices):
    DRAFT = "draft", _("Draft")
    PUBLISHED = "published", _("Published")
    CANCELLED = "cancelled", _("Cancelled")
    HELD = "held", _("Has taken place")


class EventQuerySet(models.QuerySet):
    def visible_to(self, user):
        """Council people see drafts. Once published, everyone sees it for good, cancelled or not."""
        if user.is_authenticated and user.is_council:
            return self
        return self.filter(published_at__isnull=False)

    def published(self):
        return self.filter(status=Status.PUBLISHED)

    def drafts(self):
        return self.filter(status=Status.DRAFT)

    def upcoming(self, now: datetime | None = None):
        """Not over yet, soonest first; cancelled ones stay in sight, so that nobody comes in vain."""
        return self.filter(ends_at__gt=now or timezone.now()).order_by("starts_at", "pk")

    def past(self, now: datetime | None = None):
        return self.filter(ends_at__lte=now or timezone.now()).order_by("-starts_at", "-pk")

    def taking_place(self):
        """Published, or held already: what a calendar and the figures are about."""
        return self.filter(status__in=[Status.PUBLISHED, Status.HELD])

    def about(self, thing: models.Model):
        return self.filter(about_type=ContentType.objects.get_for_model(thing), about_id=thing.pk)

    def with_counts(self):
        """Adds `taken` and `waiting`, the numbers of people with a place and on the waiting list."""
        return self.annotate(taken=_count("placed"), waiting=_count("waiting"))

    def for_list(self):
        return self.defer("description", "accessibility", "notes").with_counts()

    def for_page(self):
        return self.select_related("directorate", "organiser", "published_by", "about_type").with_counts()


def _count(state: str):
    from .sign_up import SignUp

    rows = SignUp.objects.filter(event=models.OuterRef("pk"), state=state).order_by().values("event")
    return Coalesce(models.Subquery(rows.annotate(n=models.Count("pk")).values("n")), 0)


@history.track(exclude=("key",))
class Event(models.Model):
    """`sequence` counts what calendars must learn of: another time, another place, cancelled.

    `remind_at` is when the reminder is next due; who sends it claims it by emptying it.
    """

    title = models.CharField(max_length=200)
    kind = models.CharField(max_length=10, choices=Kind.choices)
    summary = models.CharField(max_length=300, help_text="One or two sentences in plain English.")
    description = models.TextField(max_length=10_000, blank=True)
    programme = models.CharField(
        "programme or series", max_length=100, blank=True, help_text="Such as “Leaders programme”."
    )
    themes = code_list_field("themes", of="theme")
    starts_at = models.DateTimeField("starts")
    ends_at = models.DateTimeField("ends")
    place = models.CharField("where", max_length=300, blank=True)
    online_url = models.URLField(
        "link to join online", max_length=500, blank=True, help_text="Only for those who have a place."
    )
    accessibility = models.TextField("access", max_length=2000, blank=True)
    places = models.PositiveIntegerField(null=True, blank=True, help_text="Empty: as many as come.")
    is_open_to_all = models.BooleanField("open to everyone", default=False)
    opens_on = models.DateField("sign-up opens", null=True, blank=True)
    closes_on = models.DateField("last day to sign up", null=True, blank=True)
    directorate = models.ForeignKey("borough.Directorate", models.PROTECT, related_name="+")
    organiser = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="events_organised")
    cost = models.DecimalField(
        "cost to the council", max_digits=12, decimal_places=2, null=True, blank=True, help_text="Pounds."
    )
    about_type = models.ForeignKey(ContentType, models.SET_NULL, null=True, blank=True, related_name="+")
    about_id = models.PositiveBigIntegerField(null=True, blank=True)
    about = GenericForeignKey("about_type", "about_id")

    status = models.CharField(max_length=10, choices=Status.choices, default=Status.DRAFT)
    published_at = models.DateTimeField(null=True, blank=True, editable=False)
    published_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    cancelled_at = models.DateTimeField(null=True, blank=True, editable=False)
    cancelled_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    cancelled_reason = models.CharField("why it was cancelled", max_length=500, blank=True)
    notes = models.TextField("notes of the event", max_length=20_000, blank=True)
    notes_published_at = models.DateTimeField(null=True, blank=True, editable=False)
    remind_at = models.DateTimeField(null=True, blank=True, editable=False)
    sequence = models.PositiveIntegerField(default=0, editable=False)
    key = models.UUIDField(unique=True, default=uuid.uuid4, editable=False)
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    updated_at = models.DateTimeField(default=timezone.now, editable=False)
    version = models.PositiveIntegerField(default=1, editable=False)

    objects = EventQuerySet.as_manager()

    class Meta:
        ordering = ["starts_at", "pk"]
        indexes = [
            models.Index("starts_at", "id", name="event_by_time"),
            models.Index("about_type", "about_id", name="event_about"),
            models.Index("remind_at", name="event_reminder_due", condition=Q(remind_at__isnull=False)),
        ]
        constraints = [
            models.CheckConstraint(
                name="event_ends_after_start", condition=Q(ends_at__gt=models.F("starts_at"))
            ),
            models.CheckConstraint(
                name="event_closes_after_opening",
                condition=Q(opens_on=None) | Q(closes_on=None) | Q(closes_on__gte=models.F("opens_on")),
            ),
            models.CheckConstraint(name="event_has_places", condition=Q(places=None) | Q(places__gte=1)),
            models.CheckConstraint(name="event_cost_not_negative", condition=Q(cost=None) | Q(cost__gte=0)),
            models.CheckConstraint(
                name="event_about_pair",
                condition=Q(about_type=None) | Q(about_id__isnull=False),
            ),
            models.CheckConstraint(
                name="event_published_pair",
                condition=Q(published_at=None, published_by=None)
                | Q(published_at__isnull=False, published_by__isnull=False),
            ),
            models.CheckConstraint(
                name="event_status_fits",
                condition=Q(status=Status.DRAFT, published_at=None, cancelled_at=None)
                | Q(status__in=[Status.PUBLISHED, Status.HELD], published_at__isnull=False, cancelled_at=None)
                | Q(status=Status.CANCELLED, cancelled_at__isnull=False),
            ),
            models.CheckConstraint(
                name="event_cancelled_pair",
                condition=Q(cancelled_at=None, cancelled_by=None, cancelled_reason="")
                | (Q(cancelled_at__isnull=False, cancelled_by__isnull=False) & ~Q(cancelled_reason="")),
            ),
        ]

    def __str__(self):
        return self.title

    def get_absolute_url(self):
        return reverse("events:event", args=[self.pk])

    @property
    def is_draft(self) -> bool:
        return self.status == Status.DRAFT

    @property
    def is_published(self) -> bool:
        return self.status == Status.PUBLISHED

    @property
    def is_cancelled(self) -> bool:
        return self.status == Status.CANCELLED

    @property
    def is_held(self) -> bool:
        return self.status == Status.HELD

    def has_started(self, now: datetime | None = None) -> bool:
        return self.starts_at <= (now or timezone.now())

    def is_over(self, now: datetime | None = None) -> bool:
        return self.ends_at <= (now or timezone.now())

    def is_open_for_sign_up(self, now: datetime | None = None) -> bool:
        """Published, between its first and its last day to sign up, and not begun."""
        now = now or timezone.now()
        today = timezone.localdate(now)
        has_opened = self.opens_on is None or self.opens_on <= today
        has_closed = self.closes_on is not None and self.closes_on < today
        return self.is_published and has_opened and not has_closed and not self.has_started(now)

    def opens_later(self, now: datetime | None = None) -> bool:
        today = timezone.localdate(now or timezone.now())
        return self.is_published and self.opens_on is not None and self.opens_on > today

    @property
    def day(self) -> date:
        return timezone.localdate(self.starts_at)

    @property
    def start_time(self) -> time:
        return timezone.localtime(self.starts_at).time()

    @property
    def end_day(self) -> date | None:
        """Only of an event that ends on another day."""
        last = timezone.localdate(self.ends_at)
        return last if last != self.day else None

    @property
    def end_time(self) -> time:
        return timezone.localtime(self.ends_at).time()

    @property
    def free(self) -> int | None:
        """Places left, of a row from `with_counts`; None when there is no limit."""
        return None if self.places is None else max(self.places - self.taken, 0)

    @property
    def state_words(self) -> str:
        """The one tag people scan for. Being over is no deed of an officer's, but what a reader sees."""
        if self.is_published and self.is_over():
            return str(Status.HELD.label)
        if self.is_published and self.places is not None and not self.free:
            return str(_("Full"))
        return str(self.get_kind_display() if self.is_published else self.get_status_display())

    @property
    def state_colour(self) -> str:
        if self.is_published and not self.is_over():
            return "orange" if self.places is not None and not self.free else "blue"
        return {Status.DRAFT: "yellow", Status.CANCELLED: "red"}.get(self.status, "grey")

    @property
    def when_words(self) -> str:
        """Tuesday 1 December 2026, 10am to 12:30pm, in London."""
        starts, ends = timezone.localtime(self.starts_at), timezone.localtime(self.ends_at)
        first = f"{day_words(starts.date())}, {clock(starts)}"
        last = clock(ends) if ends.date() == starts.date() else f"{day_words(ends.date())}, {clock(ends)}"
        return str(_("%(start)s to %(end)s")) % {"start": first, "end": last}

    @property
    def where_words(self) -> str:
        if self.place and self.is_online:
            return str(_("%(place)s, or online")) % {"place": self.place}
        return self.place or str(_("Online"))

    @property
    def is_online(self) -> bool:
        return bool(self.online_url)

    @property
    def lacks(self) -> list[str]:
        """What is missing before it can be published, as things to enter."""
        wanted = {"where it takes place, or a link to join online": self.place or self.online_url}
        return [what for what, value in wanted.items() if not value]

    @property
    def reminder_due_at(self) -> datetime:
        return self.starts_at - REMIND_BEFORE

    def entry(self, *, with_link: bool = False) -> ics.Entry:
        """As calendars have it. The link to join is only for those who have a place."""
        from vcse_portal.mail.links import absolute

        page = absolute("events:event", self.pk)
        join = (
            [str(_("Join online: %(url)s")) % {"url": self.online_url}]
            if with_link and self.is_online
            else []
        )
        return ics.Entry(
            uid=ics.uid("event", self.pk),
            title=self.title,
            starts_at=self.starts_at,
            ends_at=self.ends_at,
            place=self.where_words,
            about="\n\n".join([self.summary, *join, page]),
            url=page,
            sequence=self.sequence,
            is_cancelled=self.is_cancelled,
        )


def day_words(day: date) -> str:
    return date_format(day, "l j F Y")


def clock(when: datetime) -> str:
    """10am, 2:30pm, midday."""
    words = f"{when:%-I:%M%p}".replace(":00", "").lower()
    return {"12pm": str(_("midday")), "12am": str(_("midnight"))}.get(words, words)
