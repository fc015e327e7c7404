"""When each officer's weekly digest is next due."""

from django.conf import settings
from django.db import models


class DigestScheduleQuerySet(models.QuerySet):
    def visible_to(self, user):
        """Each person their own."""
        return self.filter(user_id=user.pk)


class DigestSchedule(models.Model):
    """Claimed by moving `next_due_on` on from the value seen, so that no two senders send the same week."""

    user = models.OneToOneField(settings.AUTH_USER_MODEL, models.CASCADE, related_name="digest_schedule")
    next_due_on = models.DateField()
    last_sent_at = models.DateTimeField(null=True, blank=True)

    objects = DigestScheduleQuerySet.as_manager()

    class Meta:
        indexes = [models.Index(fields=["next_due_on"], name="digest_next_due")]

    def __str__(self):
        return f"Digest for {self.user_id}, next on {self.next_due_on}"
