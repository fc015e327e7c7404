"""A comment and, below it, the council's answer."""

from django.conf import settings
from django.contrib.contenttypes.fields import GenericForeignKey
from django.contrib.contenttypes.models import ContentType
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from vcse_portal import history


class CommentQuerySet(models.QuerySet):
    def about(self, thing: models.Model):
        return self.filter(
            about_type=ContentType.objects.get_for_model(thing, for_concrete_model=True), about_id=thing.pk
        )

    def visible_to(self, user):
        """Council people see all; others what is public, and what they themselves or their side wrote.

        A hidden comment stays readable for its author and the council only. Whether the thing itself may be
        seen is asked where the thing is fetched.
        """
        if user.is_authenticated and user.is_council:
            return self
        shown = models.Q(hidden_at=None)
        public = shown & models.Q(visibility=Comment.Visibility.PUBLIC)
        if not user.is_authenticated:
            return self.filter(public)
        members = shown & models.Q(visibility=Comment.Visibility.MEMBERS)
        our_side = shown & models.Q(party__in=parties_of(user).values("pk"))
        return self.filter(public | members | our_side | models.Q(author=user))

    def unanswered(self):
        """What the sector said and the council has not answered; hidden ones need no answer."""
        return self.filter(answered_at=None, hidden_at=None, party__isnull=False)

    def for_page(self):
        return self.select_related("author", "party", "answered_by").order_by("posted_at", "pk")


def parties_of(user) -> models.QuerySet:
    """Organisations the person may speak for today."""
    return Comment._meta.get_field("party").related_model.objects.spoken_for_by(user)


@history.track()
class Comment(models.Model):
    """What a member says about a thing on behalf of an organisation, or an officer for the council."""

    class Visibility(models.TextChoices):
        PUBLIC = "public", _("Everyone can read it")
        MEMBERS = "members", _("Signed-in members and council staff can read it")
        COUNCIL = "council", _("Only council staff can read it")

    about_type = models.ForeignKey(ContentType, models.PROTECT, related_name="+")
    about_id = models.PositiveBigIntegerField()
    about = GenericForeignKey("about_type", "about_id")
    author = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="comments")
    party = models.ForeignKey(
        settings.DISCUSSION_PARTY_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="comments",
        verbose_name="on behalf of",
        help_text="Empty when an officer speaks for the council.",
    )
    text = models.TextField(max_length=4000)
    visibility = models.CharField(max_length=8, choices=Visibility.choices, default=Visibility.PUBLIC)
    posted_at = models.DateTimeField(default=timezone.now, editable=False)
    key = models.UUIDField(unique=True, help_text="Made with the form, so that a second click posts nothing.")

    answer = models.TextField(max_length=4000, blank=True)
    answered_at = models.DateTimeField(null=True, blank=True)
    answered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    hidden_at = models.DateTimeField(null=True, blank=True)
    hidden_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    hidden_reason = models.CharField(max_length=300, blank=True)
    version = models.PositiveIntegerField(default=1, editable=False)

    objects = CommentQuerySet.as_manager()

    class Meta:
        ordering = ["posted_at", "pk"]
        indexes = [models.Index("about_type", "about_id", "posted_at", name="comment_about")]
        constraints = [
            models.CheckConstraint(
                name="comment_answered_pair",
                condition=models.Q(answered_at=None, answered_by=None, answer="")
                | (models.Q(answered_at__isnull=False, answered_by__isnull=False) & ~models.Q(answer="")),
            ),
            models.CheckConstraint(
                name="comment_hidden_pair",
                condition=models.Q(hidden_at=None, hidden_by=None, hidden_reason="")
                | (models.Q(hidden_at__isnull=False, hidden_by__isnull=False) & ~models.Q(hidden_reason="")),
            ),
        ]

    def __str__(self):
        return f"{self.author}: {self.text[:60]}"

    def get_absolute_url(self):
        """The comment's place on the page of the thing it is about."""
        return f"{self.about.get_absolute_url()}#comment-{self.pk}"

    @property
    def is_for_the_council(self) -> bool:
        return self.party_id is None

    @property
    def is_answered(self) -> bool:
        return self.answered_at is not None

    @property
    def is_hidden(self) -> bool:
        return self.hidden_at is not None
