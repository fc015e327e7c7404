"""Somebody is named by their address to speak for an organisation."""

from uuid import uuid4

from django.conf import settings
from django.db import models
from django.db.models.functions import Lower
from django.utils import timezone

from organisations.models import Membership, Organisation
from vcse_portal import history


class MemberInvitationQuerySet(models.QuerySet):
    def visible_to(self, user):
        """Leads of the organisation, and council people."""
        if not user.is_authenticated:
            return self.none()
        return self if user.is_council else self.filter(organisation__in=Organisation.objects.led_by(user))

    def open(self, now=None):
        return self.filter(accepted_at=None, withdrawn_at=None, expires_at__gt=now or timezone.now())

    def for_list(self):
        return self.select_related("invited_by").order_by("invited_at", "pk")


@history.track()
class MemberInvitation(models.Model):
    """Asks an address to speak for an organisation. Whether the address has an account is nobody's business."""

    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="member_invitations")
    email = models.EmailField("email address")
    role = models.CharField(max_length=14, choices=Membership.Role.choices)
    is_handover = models.BooleanField(
        default=False, help_text="Named as successor by a lead who leaves: holds though they have gone."
    )
    invited_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    invited_at = models.DateTimeField(default=timezone.now)
    expires_at = models.DateTimeField()
    accepted_at = models.DateTimeField(null=True, blank=True)
    membership = models.ForeignKey(Membership, models.PROTECT, null=True, blank=True, related_name="+")
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    key = models.UUIDField(unique=True, default=uuid4, editable=False)

    objects = MemberInvitationQuerySet.as_manager()

    class Meta:
        ordering = ["-invited_at"]
        constraints = [
            models.UniqueConstraint(
                Lower("email"),
                "organisation",
                condition=models.Q(accepted_at=None, withdrawn_at=None),
                name="one_open_member_invitation",
            ),
            models.CheckConstraint(
                name="member_invitation_accepted_pair",
                condition=models.Q(accepted_at=None, membership=None)
                | models.Q(accepted_at__isnull=False, membership__isnull=False),
            ),
        ]

    def __str__(self):
        return f"Invitation of {self.email}"

    def state(self, now=None) -> str:
        """One of "accepted", "withdrawn", "expired" and "open"."""
        if self.accepted_at:
            return "accepted"
        if self.withdrawn_at:
            return "withdrawn"
        return "open" if self.expires_at > (now or timezone.now()) else "expired"
