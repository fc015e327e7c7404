"""Asking an organisation whether its record is still right."""

from datetime import date

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils import timezone

from organisations.models import Organisation
from vcse_portal import history


class RecordCheckQuerySet(models.QuerySet):
    def visible_to(self, user):
        """Council people; whoever was asked has the link."""
        return self if user.is_authenticated and user.is_council else self.none()

    def unanswered(self):
        return self.filter(answered_at=None)


@history.track()
class RecordCheck(models.Model):
    """One mail to one address: "is this record still right?", with a link that answers it once."""

    class Kind(models.TextChoices):
        YEARLY = "yearly", "Yearly question"
        INVITATION = "invitation", "Invitation by an officer"

    class Answer(models.TextChoices):
        CONFIRMED = "confirmed", "Confirmed"
        CORRECTED = "corrected", "Corrected"

    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="record_checks")
    kind = models.CharField(max_length=10, choices=Kind.choices)
    email = models.EmailField("address it went to")
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        help_text="The lead it went to; nobody, when it went to a contact.",
    )
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    words = models.TextField("the officer's own words", max_length=1000, blank=True)
    asked_at = models.DateTimeField(default=timezone.now)
    answered_at = models.DateTimeField(null=True, blank=True)
    answer = models.CharField(max_length=10, choices=Answer.choices, blank=True)

    objects = RecordCheckQuerySet.as_manager()

    class Meta:
        ordering = ["-asked_at"]
        constraints = [
            models.CheckConstraint(
                name="record_check_answered_pair",
                condition=models.Q(answered_at=None, answer="")
                | models.Q(answered_at__isnull=False) & ~models.Q(answer=""),
            )
        ]

    def __str__(self):
        return f"{self.get_kind_display()} to {self.email}"

    @property
    def to_words(self) -> str:
        """Whom it was mailed to, as the history says it."""
        return f"mailed to {self.person.display_name if self.person else self.email}"


class YearlyQuestionQuerySet(models.QuerySet):
    def visible_to(self, user):
        return self if user.is_authenticated and user.is_council else self.none()


@history.track(exclude=("next_run_on", "sunk_until"))
class YearlyQuestion(models.Model):
    """Whether records are asked about each year, and how many a day: one row. Off until an officer turns it on."""

    is_on = models.BooleanField("the yearly question is sent", default=False)
    a_day = models.PositiveSmallIntegerField(
        "organisations asked on a working day",
        default=25,
        validators=[MinValueValidator(1), MaxValueValidator(2000)],
    )
    next_run_on = models.DateField(
        default=date(2000, 1, 1), help_text="Claimed by whoever runs first that day."
    )
    sunk_until = models.DateField(
        default=date(2000, 1, 1), help_text="Records last confirmed before this day have sunk in search."
    )
    version = models.PositiveIntegerField(default=1, editable=False)

    objects = YearlyQuestionQuerySet.as_manager()

    class Meta:
        constraints = [models.CheckConstraint(name="one_yearly_question", condition=models.Q(pk=1))]

    def __str__(self):
        return "The yearly question"

    @classmethod
    def now(cls) -> "YearlyQuestion":
        """The stored row, or what it would be."""
        return cls.objects.filter(pk=1).first() or cls(pk=1)
