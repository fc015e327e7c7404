"""Who wants to come, who has a place, who waits for one and who came."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models.functions import Lower
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from organisations.models import Organisation
from vcse_portal import history
from vcse_portal.accounts.models import Role

from .event import Event


class State(models.TextChoices):
    ASKED = "asked", _("Has not confirmed the address yet")
    PLACED = "placed", _("Has a place")
    WAITING = "waiting", _("On the waiting list")
    LEFT = "left", _("Has given the place up")


LIVE = (State.PLACED, State.WAITING)


class SignUpQuerySet(models.QuerySet):
    def visible_to(self, user):
        """Officers who hold events; each person their own. What others signed up for is nobody's business."""
        if not user.is_authenticated:
            return self.none()
        if user.has_role(Role.PARTNERSHIPS, Role.COMMISSIONING):
            return self
        return self.filter(user=user)

    def live(self):
        return self.filter(state__in=LIVE)

    def placed(self):
        return self.filter(state=State.PLACED)

    def waiting(self):
        """The waiting list, first come first."""
        return self.filter(state=State.WAITING).order_by("joined_at", "pk")

    def came(self):
        return self.filter(state=State.PLACED, has_come=True)

    def called(self, email: str):
        return self.filter(email__iexact=email.strip())

    def for_list(self):
        return self.select_related("organisation", "user").order_by("name", "pk")


@history.track(exclude=("email", "name", "organisation_words", "needs", "key"))
class SignUp(models.Model):
    """One person's wish to come. Name, address and needs are not kept in the history, and forgotten with time."""

    event = models.ForeignKey(Event, models.PROTECT, related_name="sign_ups")
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="event_sign_ups"
    )
    organisation = models.ForeignKey(
        Organisation, models.PROTECT, null=True, blank=True, related_name="event_sign_ups"
    )
    organisation_words = models.CharField("organisation, in their words", max_length=200, blank=True)
    email = models.EmailField("email address", blank=True)
    name = models.CharField(max_length=150, blank=True)
    needs = models.TextField("what they need to take part", max_length=500, blank=True)
    state = models.CharField(max_length=8, choices=State.choices)
    asked_at = models.DateTimeField(default=timezone.now)
    joined_at = models.DateTimeField(
        null=True, blank=True, help_text="When it was confirmed: the order of the list."
    )
    placed_at = models.DateTimeField(null=True, blank=True)
    left_at = models.DateTimeField(null=True, blank=True)
    has_come = models.BooleanField("came", null=True, blank=True)
    feedback_given = models.BooleanField(default=False)
    forgotten_at = models.DateTimeField(null=True, blank=True)
    key = models.UUIDField(unique=True, default=uuid.uuid4, editable=False)

    objects = SignUpQuerySet.as_manager()

    class Meta:
        ordering = ["joined_at", "pk"]
        indexes = [models.Index("event", "state", "joined_at", name="sign_up_by_state")]
        constraints = [
            models.UniqueConstraint(
                "event",
                Lower("email"),
                name="one_sign_up_an_address",
                condition=models.Q(state__in=LIVE) & ~models.Q(email=""),
            ),
            models.UniqueConstraint(
                "event",
                Lower("email"),
                name="one_question_an_address",
                condition=models.Q(state=State.ASKED),
            ),
            models.UniqueConstraint(
                fields=["event", "user"],
                name="one_sign_up_a_person",
                condition=models.Q(state__in=LIVE, user__isnull=False),
            ),
            models.CheckConstraint(
                name="sign_up_state_fits",
                condition=models.Q(state=State.ASKED, joined_at=None, placed_at=None, left_at=None)
                | models.Q(state=State.WAITING, joined_at__isnull=False, placed_at=None, left_at=None)
                | models.Q(state=State.PLACED, joined_at__isnull=False, placed_at__isnull=False, left_at=None)
                | models.Q(state=State.LEFT, left_at__isnull=False),
            ),
        ]

    def __str__(self):
        return f"Sign-up {self.pk}"

    @property
    def is_placed(self) -> bool:
        return self.state == State.PLACED

    @property
    def is_waiting(self) -> bool:
        return self.state == State.WAITING

    @property
    def is_live(self) -> bool:
        return self.state in LIVE

    @property
    def display_name(self) -> str:
        """For the officers' list and the mails."""
        return self.name or (self.user.display_name if self.user_id else "") or self.email.split("@")[0]

    @property
    def comes_for(self) -> str:
        """The organisation on the register, or what the person wrote."""
        return str(self.organisation) if self.organisation_id else self.organisation_words
