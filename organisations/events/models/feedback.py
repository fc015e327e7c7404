"""What people thought of an event. No answer can be traced to who gave it."""

import uuid

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from vcse_portal.accounts.models import Role

from .event import Event


class FeedbackQuerySet(models.QuerySet):
    def visible_to(self, user):
        """Officers who hold events; pages show figures and words only of five answers or more."""
        may = user.is_authenticated and user.has_role(Role.PARTNERSHIPS, Role.COMMISSIONING)
        return self if may else self.none()


class Feedback(models.Model):
    """An answer to the form after an event. It has a random key and a day, no person, no time and no history."""

    class Useful(models.IntegerChoices):
        VERY = 5, _("Very useful")
        QUITE = 4, _("Quite useful")
        SOMEWHAT = 3, _("Somewhat useful")
        LITTLE = 2, _("Of little use")
        NOT = 1, _("Of no use")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    event = models.ForeignKey(Event, models.PROTECT, related_name="feedback")
    useful = models.PositiveSmallIntegerField(choices=Useful.choices)
    could_take_part = models.BooleanField("could take part fully", null=True, blank=True)
    will_change = models.TextField("what they will do differently", max_length=1000, blank=True)
    should_change = models.TextField("what we should do differently", max_length=1000, blank=True)
    given_on = models.DateField(default=timezone.localdate)

    objects = FeedbackQuerySet.as_manager()

    class Meta:
        verbose_name_plural = "feedback"
        constraints = [
            models.CheckConstraint(name="feedback_useful_1_to_5", condition=models.Q(useful__range=(1, 5)))
        ]

    def __str__(self):
        return f"Feedback about event {self.event_id}"
