"""A change of a record that waits for an officer."""

from uuid import uuid4

from django.conf import settings
from django.db import models
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from organisations.models import Organisation
from vcse_portal import history

from .checks import RecordCheck


class ProposedEditQuerySet(models.QuerySet):
    def visible_to(self, user):
        """Those of organisations the person leads, and their own; all, to council people."""
        if not user.is_authenticated:
            return self.none()
        if user.is_council:
            return self
        led = Organisation.objects.led_by(user)
        return self.filter(models.Q(organisation__in=led) | models.Q(proposed_by=user))

    def waiting(self):
        return self.filter(status=ProposedEdit.Status.WAITING)

    def for_list(self):
        return self.select_related("organisation", "proposed_by", "decided_by", "check_link").order_by(
            "created_at", "pk"
        )


@history.track()
class ProposedEdit(models.Model):
    """Facts as somebody says they should be. `base` keeps what stood there when they said it."""

    class Status(models.TextChoices):
        WAITING = "waiting", _("Waiting for the council")
        ACCEPTED = "accepted", _("Accepted")
        DECLINED = "declined", _("Declined")
        WITHDRAWN = "withdrawn", _("Withdrawn")

    class Source(models.TextChoices):
        LEAD = "lead", _("A lead, signed in")
        LINK = "link", _("A mailed link")

    COLOURS = {"waiting": "yellow", "accepted": "green", "declined": "red", "withdrawn": "grey"}

    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="proposed_edits")
    source = models.CharField(max_length=4, choices=Source.choices, default=Source.LEAD)
    proposed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        help_text="Nobody, when it came through a link mailed to an address without an account.",
    )
    check_link = models.ForeignKey(
        RecordCheck, models.PROTECT, null=True, blank=True, related_name="proposed_edits"
    )
    facts = models.JSONField("proposed", default=dict, help_text="Field → value as JSON; see facts.py.")
    base = models.JSONField("stood there when it was proposed", default=dict)
    note = models.TextField("what they say about it", max_length=2000, blank=True)
    status = models.CharField(max_length=10, choices=Status.choices, default=Status.WAITING)
    key = models.UUIDField(unique=True, default=uuid4, editable=False)
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    decided_at = models.DateTimeField(null=True, blank=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    reason = models.TextField(max_length=2000, blank=True)
    version = models.PositiveIntegerField(default=1, editable=False)

    objects = ProposedEditQuerySet.as_manager()

    class Meta:
        ordering = ["-created_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["organisation"],
                condition=models.Q(status="waiting", source="lead"),
                name="one_waiting_edit_of_the_leads",
            ),
            models.CheckConstraint(
                name="proposed_edit_decided_pair",
                condition=models.Q(decided_at=None, decided_by=None)
                | models.Q(decided_at__isnull=False, decided_by__isnull=False),
            ),
        ]

    def __str__(self):
        return f"Change of {self.organisation}"

    def get_absolute_url(self):
        return reverse("upkeep:proposal", args=[self.pk])

    @property
    def is_waiting(self) -> bool:
        return self.status == self.Status.WAITING

    @property
    def colour(self) -> str:
        return self.COLOURS[self.status]

    @property
    def who(self) -> str:
        """Who proposed it, as officers read it."""
        if self.proposed_by:
            return self.proposed_by.display_name
        return f"the link mailed to {self.check_link.email}" if self.check_link else "nobody we know"
