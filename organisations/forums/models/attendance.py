"""Who said they would come to a meeting, who came, and what a small group was paid for its time."""

from uuid import uuid4

from django.db import models
from django.utils.translation import gettext_lazy as _

from vcse_portal import history

from .forum import Seat, Seniority, Side
from .meeting import Meeting

Q = models.Q


@history.track()
class Attendance(models.Model):
    """One seat at one meeting, or a guest without a seat. Names are as they were then."""

    visible_through = "meeting"

    class Reply(models.TextChoices):
        COMING = "coming", _("Coming")
        APOLOGIES = "apologies", _("Sends apologies")
        NONE = "", _("No answer yet")

    class Came(models.TextChoices):
        CAME = "came", _("Came")
        SUBSTITUTE = "substitute", _("Substitute came")
        APOLOGIES = "apologies", _("Apologies")
        ABSENT = "absent", _("Did not come")
        UNKNOWN = "", _("Not recorded")

    IN_THE_ROOM = (Came.CAME, Came.SUBSTITUTE)

    meeting = models.ForeignKey(Meeting, models.PROTECT, related_name="attendances")
    seat = models.ForeignKey(Seat, models.PROTECT, null=True, blank=True, related_name="attendances")
    side = models.CharField(max_length=7, choices=Side.choices)
    organisation = models.ForeignKey(
        "organisations.Organisation",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="forum_attendances",
    )
    name = models.CharField("person", max_length=150, blank=True)
    seniority = models.CharField(max_length=10, choices=Seniority.choices, blank=True)
    reply = models.CharField(max_length=10, choices=Reply.choices, blank=True)
    substitute_name = models.CharField("substitute", max_length=150, blank=True)
    substitute_email = models.EmailField("address of the substitute", blank=True)
    came = models.CharField(max_length=10, choices=Came.choices, blank=True)
    paid = models.DecimalField("paid for its time", max_digits=7, decimal_places=2, null=True, blank=True)
    key = models.UUIDField(unique=True, default=uuid4, editable=False)

    class Meta:
        ordering = ["meeting", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["meeting", "seat"], name="one_attendance_a_seat"),
            models.CheckConstraint(
                name="paid_for_being_there",
                condition=Q(paid=None) | Q(paid__gte=0, came__in=["came", "substitute"]),
            ),
        ]
        indexes = [models.Index(fields=["organisation", "meeting"], name="attendance_of_organisation")]

    def __str__(self):
        return f"{self.name or self.organisation}, {self.meeting}"

    @property
    def was_there(self) -> bool:
        return self.came in self.IN_THE_ROOM

    @property
    def who_came(self) -> str:
        """The person in the room: the holder of the seat, or the substitute."""
        return self.substitute_name if self.came == self.Came.SUBSTITUTE else self.name
