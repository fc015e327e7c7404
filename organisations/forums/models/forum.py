"""A standing group, the seats in it, and who holds each seat from when to when."""

from datetime import date
from uuid import uuid4

from django.conf import settings
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateRangeField, RangeOperators
from django.db import models
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from organisations.models import Membership
from vcse_portal import history

Q = models.Q


class Side(models.TextChoices):
    """Who sits in a seat; each side has one chair."""

    COUNCIL = "council", _("Council")
    SECTOR = "sector", _("Voluntary sector and partners")


class Seniority(models.TextChoices):
    """How senior a person is in their own organisation. Stored codes."""

    TOP = "top", _("Director, chief officer or trustee")
    COUNCILLOR = "councillor", _("Councillor")
    HEAD = "head", _("Head of service")
    MANAGER = "manager", _("Manager")
    STAFF = "staff", _("Officer or volunteer")
    UNKNOWN = "", _("Not recorded")


SENIOR = (Seniority.TOP, Seniority.COUNCILLOR, Seniority.HEAD)


class ForumQuerySet(models.QuerySet):
    def visible_to(self, user):
        """Public ones everyone; the others council people and whoever speaks for a member organisation."""
        if user.is_authenticated and user.is_council:
            return self
        return self.filter(Q(is_public=True) | Q(pk__in=Term.objects.reached_by(user).values("seat__forum")))

    def standing(self):
        """Those that still meet."""
        return self.filter(closed_at=None)


@history.track()
class Forum(models.Model):
    """A standing group of council and sector, led by a chair of each side."""

    class Kind(models.TextChoices):
        VOLUNTARY_SECTOR = "voluntary_sector", _("Voluntary sector forum")
        PARTNERSHIP = "partnership", _("Strategic partnership")
        COMPACT = "compact", _("Compact board")
        PROPERTY = "property", _("Property network")
        COMMISSIONING = "commissioning", _("Commissioning network")
        OTHER = "other", _("Other group")

    kind = models.CharField(max_length=20, choices=Kind.choices)
    name = models.CharField(max_length=150)
    remit = models.TextField("what it is for", max_length=5000, blank=True)
    is_public = models.BooleanField(
        "open to everyone to read", default=True, help_text="Its page, agreed agendas, minutes and decisions."
    )
    payment = models.DecimalField(
        "usual payment to a small group", max_digits=7, decimal_places=2, null=True, blank=True
    )
    closed_at = models.DateTimeField("wound up", null=True, blank=True)
    closed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    key = models.UUIDField(unique=True, default=uuid4, editable=False)
    version = models.PositiveIntegerField(default=1, editable=False)

    objects = ForumQuerySet.as_manager()

    class Meta:
        ordering = ["name", "pk"]
        constraints = [
            models.UniqueConstraint("name", name="forum_name_once"),
            models.CheckConstraint(
                name="forum_closed_pair",
                condition=Q(closed_at=None, closed_by=None)
                | Q(closed_at__isnull=False, closed_by__isnull=False),
            ),
            models.CheckConstraint(
                name="forum_payment_not_negative", condition=Q(payment=None) | Q(payment__gte=0)
            ),
        ]

    def __str__(self):
        return self.name

    def get_absolute_url(self):
        return reverse("forums:forum", args=[self.pk])

    @property
    def is_standing(self) -> bool:
        return self.closed_at is None


@history.track()
class Seat(models.Model):
    """A place in a forum. Who holds it changes; the seat stays, and is vacant in between."""

    visible_through = "forum"

    forum = models.ForeignKey(Forum, models.PROTECT, related_name="seats")
    side = models.CharField(max_length=7, choices=Side.choices)
    title = models.CharField("seat", max_length=150)
    is_chair = models.BooleanField("chairs the forum", default=False)
    ended_at = models.DateTimeField("taken away", null=True, blank=True)
    key = models.UUIDField(unique=True, default=uuid4, editable=False)
    version = models.PositiveIntegerField(default=1, editable=False)

    class Meta:
        ordering = ["-is_chair", "side", "title", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["forum", "side"],
                condition=Q(is_chair=True, ended_at=None),
                name="one_chair_a_side",
            ),
        ]

    def __str__(self):
        return self.title


class TermRange(models.Func):
    """The days a term lasts: from its first day up to the first on which it no longer holds."""

    function = "DATERANGE"
    output_field = DateRangeField()


class TermQuerySet(models.QuerySet):
    def visible_to(self, user):
        """Who sits in the forums a person may read."""
        return self.filter(seat__forum__in=Forum.objects.visible_to(user))

    def current(self, today: date | None = None):
        today = today or timezone.localdate()
        return self.filter(Q(ends_on=None) | Q(ends_on__gt=today), starts_on__lte=today, seat__ended_at=None)

    def reached_by(self, user, today: date | None = None):
        """Current terms a person sits in: for an organisation they speak for today, or for the council.

        Membership of a forum is the organisation's: whoever speaks for it reads what it may read.
        """
        if not user.is_authenticated or not user.is_active:
            return self.none()
        mine = Membership.objects.current(today).organisations_of(user)
        reached = Q(organisation__in=mine)
        if user.is_council:
            reached |= Q(seat__side=Side.COUNCIL) & (Q(user=user) | Q(substitute=user))
        return self.current(today).filter(reached)

    def for_list(self):
        return self.select_related("organisation", "user", "substitute").order_by("seat", "starts_on")


@history.track()
class Term(models.Model):
    """Somebody holds a seat from a day on: a person of the council, or a person for an organisation.

    With an account it is `user`; without one, name and address are all we know, and mail is how they take part.
    """

    seat = models.ForeignKey(Seat, models.PROTECT, related_name="terms")
    organisation = models.ForeignKey(
        "organisations.Organisation", models.PROTECT, null=True, blank=True, related_name="forum_terms"
    )
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="forum_terms",
        verbose_name="person with an account",
    )
    name = models.CharField(max_length=150)
    email = models.EmailField("email address", blank=True)
    post = models.CharField("job title", max_length=150, blank=True)
    seniority = models.CharField(max_length=10, choices=Seniority.choices, blank=True)
    substitute = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    substitute_name = models.CharField("usual substitute", max_length=150, blank=True)
    substitute_email = models.EmailField("address of the substitute", blank=True)
    starts_on = models.DateField("from")
    ends_on = models.DateField("until", null=True, blank=True, help_text="The first day it no longer holds.")
    version = models.PositiveIntegerField(default=1, editable=False)

    objects = TermQuerySet.as_manager()

    class Meta:
        ordering = ["seat", "-starts_on"]
        constraints = [
            ExclusionConstraint(
                name="one_holder_a_seat",
                expressions=[
                    ("seat", RangeOperators.EQUAL),
                    (TermRange("starts_on", "ends_on"), RangeOperators.OVERLAPS),
                ],
                violation_error_message=_("Somebody else holds this seat on some of these days."),
            ),
            models.CheckConstraint(
                name="term_ends_after_start",
                condition=Q(ends_on=None) | Q(ends_on__gte=models.F("starts_on")),
            ),
        ]
        indexes = [models.Index(fields=["organisation", "ends_on"], name="term_of_organisation")]

    def __str__(self):
        return f"{self.name}, {self.organisation}" if self.organisation_id else self.name

    @property
    def has_account(self) -> bool:
        return self.user_id is not None

    def is_current(self, today: date | None = None) -> bool:
        today = today or timezone.localdate()
        return self.starts_on <= today and (self.ends_on is None or self.ends_on > today)
