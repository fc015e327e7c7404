"""A month's circular and its entries."""

from django.conf import settings
from django.core.validators import RegexValidator
from django.db import models
from django.urls import reverse
from django.utils import timezone

from vcse_portal import history
from vcse_portal.borough.models import code_list_field
from vcse_portal.mail.circular import Section

Q = models.Q
PERIOD = RegexValidator(r"^\d{4}-(0[1-9]|1[0-2])$", "Give the month as year and month, such as 2026-12.")


class CircularState(models.TextChoices):
    DRAFT = "draft", "Draft"
    SENDING = "sending", "Being sent"
    SENT = "sent", "Sent"
    SUPERSEDED = "superseded", "Not sent: its contents went into the next one"


PUBLIC = (CircularState.SENDING, CircularState.SENT)  # approved: being sent or sent


class CircularQuerySet(models.QuerySet):
    def visible_to(self, user):
        """Everyone reads what was approved; council people also drafts."""
        if user.is_authenticated and user.is_council:
            return self
        return self.approved()

    def approved(self):
        return self.filter(state__in=PUBLIC)

    def drafts(self):
        return self.filter(state=CircularState.DRAFT)

    def for_list(self):
        kept = models.Count("entries", filter=Q(entries__is_dropped=False))
        return self.defer("foreword").annotate(kept=kept).order_by("-period")


@history.track()
class Circular(models.Model):
    """One a month, whatever happens: `period` is unique. It gathers what was published since `since`."""

    period = models.CharField(max_length=7, unique=True, validators=[PERIOD], help_text="Year and month.")
    title = models.CharField(max_length=120)
    foreword = models.TextField(max_length=4000, blank=True)
    since = models.DateTimeField()
    until = models.DateTimeField()
    state = models.CharField(max_length=10, choices=CircularState.choices, default=CircularState.DRAFT)
    assembled_at = models.DateTimeField(default=timezone.now, editable=False)
    remind_on = models.DateField("editor is reminded on", null=True, blank=True)
    approved_at = models.DateTimeField(null=True, blank=True, editable=False)
    approved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    sent_at = models.DateTimeField(null=True, blank=True, editable=False)
    version = models.PositiveIntegerField(default=1, editable=False)

    objects = CircularQuerySet.as_manager()

    class Meta:
        ordering = ["-period"]
        constraints = [
            models.CheckConstraint(
                name="circular_since_before_until", condition=Q(until__gt=models.F("since"))
            ),
            models.CheckConstraint(
                name="circular_approved_pair",
                condition=Q(
                    approved_at=None,
                    approved_by=None,
                    state__in=[CircularState.DRAFT, CircularState.SUPERSEDED],
                )
                | Q(approved_at__isnull=False, approved_by__isnull=False, state__in=PUBLIC),
            ),
            models.CheckConstraint(
                name="circular_sent_pair",
                condition=Q(state=CircularState.SENT, sent_at__isnull=False)
                | (~Q(state=CircularState.SENT) & Q(sent_at=None)),
            ),
        ]

    def __str__(self):
        return self.title

    def get_absolute_url(self):
        return reverse("commissioning:circular", args=[self.period])

    @property
    def is_draft(self) -> bool:
        return self.state == CircularState.DRAFT

    @property
    def is_public(self) -> bool:
        return self.state in PUBLIC

    @property
    def message_key(self) -> str:
        """Under which the mail kit knows it: the same circular never mails twice."""
        return f"circular:{self.period}"

    @property
    def state_colour(self) -> str:
        colours = {
            CircularState.DRAFT: "yellow",
            CircularState.SENT: "green",
            CircularState.SUPERSEDED: "grey",
        }
        return colours.get(self.state, "blue")


class CircularEntryQuerySet(models.QuerySet):
    def kept(self):
        return self.filter(is_dropped=False)


@history.track()
class CircularEntry(models.Model):
    """A line of a circular. `source` says what it tells of, so that nothing is told twice."""

    visible_through = "circular"

    circular = models.ForeignKey(Circular, models.CASCADE, related_name="entries")
    section = models.CharField(max_length=20, choices=Section.choices)
    title = models.CharField(max_length=250)
    summary = models.TextField(max_length=1000, blank=True)
    url = models.CharField("page", max_length=300)
    themes = code_list_field("themes", of="theme")
    position = models.PositiveIntegerField()
    is_dropped = models.BooleanField(default=False)
    source = models.CharField(max_length=300)

    objects = CircularEntryQuerySet.as_manager()

    class Meta:
        verbose_name_plural = "circular entries"
        ordering = ["position", "pk"]
        constraints = [
            models.UniqueConstraint("circular", "source", name="circular_tells_once"),
            models.UniqueConstraint(
                fields=["circular", "position"],
                name="circular_position_once",
                deferrable=models.Deferrable.DEFERRED,
            ),
        ]

    def __str__(self):
        return self.title

    @property
    def up(self) -> str:
        """What the editor's button sends: the direction and the place it was seen at."""
        return f"up-from-{self.position}"

    @property
    def down(self) -> str:
        return f"down-from-{self.position}"
