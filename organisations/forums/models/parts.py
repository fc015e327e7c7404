"""What belongs to a meeting: items of its agenda, papers, decisions."""

from uuid import uuid4

from django.conf import settings
from django.db import models
from django.utils import timezone

from vcse_portal import history

from .forum import Term
from .meeting import Meeting

Q = models.Q


def stored_name(_paper, _file_name: str) -> str:
    """Where a paper is kept: outside the web root, under a name nobody can guess or choose."""
    return f"forums/{uuid4().hex}.data"


def member_forums(user):
    """Forums in which the person sits, or in which an organisation sits that they speak for."""
    return Term.objects.reached_by(user).values("seat__forum")


class PartQuerySet(models.QuerySet):
    """What belongs to a meeting and is out with its agenda or its minutes."""

    out = Q(meeting__status__in=Meeting.AGENDA_IS_OUT)

    def visible_to(self, user):
        """Council people and members of the forum as it is written; others what is out of a public forum."""
        if user.is_authenticated and user.is_council:
            return self
        return self.filter(
            self.out & Q(meeting__forum__is_public=True) | Q(meeting__forum__in=member_forums(user))
        )


class ItemQuerySet(PartQuerySet):
    def on_agenda(self):
        return self.filter(left_off_at=None)


@history.track(exclude=("position",))
class Item(models.Model):
    """One item of an agenda, proposed for an organisation or for the council."""

    meeting = models.ForeignKey(Meeting, models.PROTECT, related_name="items")
    position = models.PositiveSmallIntegerField(editable=False)
    title = models.CharField(max_length=200)
    about = models.TextField("more about it", max_length=4000, blank=True)
    minutes_needed = models.PositiveSmallIntegerField("time in minutes", null=True, blank=True)
    proposed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    organisation = models.ForeignKey(
        "organisations.Organisation",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="proposed for",
        help_text="Empty when an officer proposed it for the council.",
    )
    proposed_at = models.DateTimeField(default=timezone.now, editable=False)
    left_off_at = models.DateTimeField("left off the agenda", null=True, blank=True)
    left_off_reason = models.CharField("why it was left off", max_length=500, blank=True)
    key = models.UUIDField(unique=True, default=uuid4, editable=False)
    version = models.PositiveIntegerField(default=1, editable=False)

    objects = ItemQuerySet.as_manager()

    class Meta:
        ordering = ["position", "pk"]

    def __str__(self):
        return self.title

    @property
    def is_left_off(self) -> bool:
        return self.left_off_at is not None


class PaperQuerySet(PartQuerySet):
    def kept(self):
        return self.filter(removed_at=None)

    def visible_to(self, user):
        """As the agenda; papers for members only never go further than members and council people."""
        if user.is_authenticated and user.is_council:
            return self
        shown = self.out & Q(meeting__forum__is_public=True, is_for_members=False, removed_at=None)
        return self.filter(shown | Q(meeting__forum__in=member_forums(user), removed_at=None))


@history.track()
class Paper(models.Model):
    """A file for a meeting: checked when it came, kept outside the web root, served through a permission check."""

    meeting = models.ForeignKey(Meeting, models.PROTECT, related_name="papers")
    item = models.ForeignKey(Item, models.PROTECT, null=True, blank=True, related_name="papers")
    title = models.CharField(max_length=150)
    file = models.FileField(upload_to=stored_name, max_length=200, editable=False)
    kind = models.CharField(max_length=10, editable=False)
    size = models.PositiveIntegerField(help_text="Bytes.", editable=False)
    is_for_members = models.BooleanField("for members only", default=False)
    attached_at = models.DateTimeField(default=timezone.now, editable=False)
    attached_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    removed_at = models.DateTimeField(null=True, blank=True)
    key = models.UUIDField(unique=True, default=uuid4, editable=False)

    objects = PaperQuerySet.as_manager()

    class Meta:
        ordering = ["attached_at", "pk"]

    def __str__(self):
        return self.title


class DecisionQuerySet(PartQuerySet):
    def visible_to(self, user):
        """Once the minutes are published, whoever may read those; before, officers and the forum's chairs."""
        if user.is_authenticated and user.is_officer:
            return self
        out = Q(meeting__status=Meeting.Status.CLOSED)
        if user.is_authenticated and user.is_council:
            return self.filter(out)
        may_read = Q(meeting__forum__is_public=True) | Q(meeting__forum__in=member_forums(user))
        chaired = Term.objects.reached_by(user).filter(seat__is_chair=True, user=user.pk)
        return self.filter(out & may_read | Q(meeting__forum__in=chaired.values("seat__forum")))


@history.track()
class Decision(models.Model):
    """What a meeting decided. Actions are raised from it."""

    meeting = models.ForeignKey(Meeting, models.PROTECT, related_name="decisions")
    item = models.ForeignKey(Item, models.PROTECT, null=True, blank=True, related_name="decisions")
    number = models.PositiveSmallIntegerField(editable=False)
    text = models.TextField("what was decided", max_length=2000)
    key = models.UUIDField(unique=True, default=uuid4, editable=False)
    version = models.PositiveIntegerField(default=1, editable=False)

    objects = DecisionQuerySet.as_manager()

    class Meta:
        ordering = ["number"]
        constraints = [
            models.UniqueConstraint(fields=["meeting", "number"], name="decision_number_once_a_meeting"),
        ]

    def __str__(self):
        return self.text[:80]
