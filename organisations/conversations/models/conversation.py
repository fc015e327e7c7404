"""A meeting, call, e-mail or visit between council and organisations: who took part, what was said, what follows."""

from uuid import uuid4

from django.conf import settings
from django.db import models
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from organisations.models import Organisation
from vcse_portal import history

Q = models.Q
PERSON = settings.AUTH_USER_MODEL


class Kind(models.TextChoices):
    MEETING = "meeting", _("Meeting")
    CALL = "call", _("Call")
    EMAIL = "email", pgettext_lazy("a kind of conversation", "Email")
    VISIT = "visit", _("Visit")


class Audience(models.TextChoices):
    """Who may read it once it is posted."""

    OFFICERS = "officers", _("Council officers only")
    SHARED = "shared", _("Shared with the organisations")
    UNDECIDED = "", _("Not decided yet")


class Status(models.TextChoices):
    DRAFT = "draft", _("Draft")
    FINAL = "final", _("Posted")


class ConversationQuerySet(models.QuerySet):
    def visible_to(self, user):
        """Drafts: their author alone. Posted: every officer; shared ones also councillors and the organisations.

        What is for officers only counts as confidential, which councillors do not read. An organisation's people
        are those who speak for it today.
        """
        if not user.is_authenticated:
            return self.none()
        if user.is_officer:
            return self.filter(Q(status=Status.FINAL) | Q(author=user))
        shared = self.posted().filter(audience=Audience.SHARED)
        if user.is_councillor:
            return shared
        theirs = Party.objects.filter(organisation__in=Organisation.objects.spoken_for_by(user).values("pk"))
        return shared.filter(pk__in=theirs.values("conversation"))

    def posted(self):
        return self.filter(status=Status.FINAL)

    def drafts(self):
        return self.filter(status=Status.DRAFT)

    def of(self, organisation):
        return self.filter(parties__organisation=organisation)

    def with_open_followups(self):
        return self.filter(pk__in=FollowUp.objects.open().values("conversation"))

    def latest_first(self):
        return self.order_by("-held_on", "-pk")

    def for_list(self, user):
        """With the organisations the reader may know of, who took part, and whether something is still to be done."""
        to_do = FollowUp.objects.filter(conversation=models.OuterRef("pk"), done_at=None)
        rows = self.defer("summary").annotate(has_to_do=models.Exists(to_do))
        return rows.prefetch_related(*_who_took_part(user))

    def for_page(self, user):
        return self.select_related("author", "meeting__forum").prefetch_related(
            *_who_took_part(user),
            models.Prefetch("follow_ups", FollowUp.objects.select_related("owner", "done_by")),
        )


@history.track(exclude=("key",))
class Conversation(models.Model):
    """Only its author sees a draft. What was posted is corrected with a reason, and never deleted."""

    kind = models.CharField(max_length=10, choices=Kind.choices, default=Kind.MEETING)
    held_on = models.DateField("date")
    held_at = models.TimeField("time", null=True, blank=True)
    place = models.CharField(max_length=300, blank=True)
    subject = models.CharField(max_length=200)
    summary = models.TextField("what was said", max_length=10_000, blank=True)
    took_part = models.TextField(
        "who took part", blank=True, editable=False, help_text="In words, for the history."
    )
    audience = models.CharField("who may read it", max_length=8, choices=Audience.choices, blank=True)
    status = models.CharField(max_length=5, choices=Status.choices, default=Status.DRAFT)
    author = models.ForeignKey(PERSON, models.PROTECT, related_name="conversations_written")
    posted_at = models.DateTimeField(null=True, blank=True, editable=False)
    meeting = models.ForeignKey(
        "forums.Meeting",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="conversations",
        verbose_name="forum meeting",
    )
    entry_uid = models.CharField(
        "calendar entry", max_length=200, blank=True, editable=False, help_text="Which one it was begun from."
    )
    key = models.UUIDField(
        unique=True,
        default=uuid4,
        editable=False,
        help_text="Made with the form: a second click adds nothing.",
    )
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    updated_at = models.DateTimeField(default=timezone.now, editable=False)
    version = models.PositiveIntegerField(default=1, editable=False)

    objects = ConversationQuerySet.as_manager()

    class Meta:
        ordering = ["-held_on", "-pk"]
        indexes = [
            models.Index("held_on", "id", name="conversation_latest"),
            models.Index("entry_uid", name="conversation_entry", condition=~Q(entry_uid="")),
        ]
        constraints = [
            models.CheckConstraint(
                name="conversation_posted_pair",
                condition=Q(status="draft", posted_at=None) | Q(status="final", posted_at__isnull=False),
            ),
            models.CheckConstraint(
                name="conversation_posted_whole",
                condition=Q(status="draft") | (~Q(audience="") & ~Q(summary="") & ~Q(subject="")),
            ),
        ]

    def __str__(self):
        return self.subject

    def get_absolute_url(self):
        return reverse("conversations:conversation", args=[self.pk])

    @property
    def is_draft(self) -> bool:
        return self.status == Status.DRAFT

    @property
    def is_shared(self) -> bool:
        return self.audience == Audience.SHARED

    @property
    def time_words(self) -> str:
        """2:30pm; empty when nobody wrote it down."""
        return f"{self.held_at:%-I:%M%p}".lower() if self.held_at else ""

    @property
    def organisations(self) -> list[Organisation]:
        return [party.organisation for party in self.parties.all()]

    @property
    def officers(self) -> list["Participant"]:
        return [one for one in self.participants.all() if one.is_officer]

    @property
    def people(self) -> list["Participant"]:
        return [one for one in self.participants.all() if not one.is_officer]


@history.track()
class Party(models.Model):
    """An organisation the conversation was with."""

    visible_through = "conversation"

    conversation = models.ForeignKey(Conversation, models.CASCADE, related_name="parties")
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="conversation_parties")

    class Meta:
        ordering = ["organisation__name_sort", "pk"]
        verbose_name_plural = "parties"
        constraints = [
            models.UniqueConstraint(fields=["organisation", "conversation"], name="organisation_once_in_it"),
        ]

    def __str__(self):
        return str(self.organisation)


@history.track()
class Participant(models.Model):
    """A person who took part: an officer, somebody with an account, or a name with a post."""

    visible_through = "conversation"

    conversation = models.ForeignKey(Conversation, models.CASCADE, related_name="participants")
    is_officer = models.BooleanField(default=False, help_text="Took part for the council.")
    person = models.ForeignKey(PERSON, models.PROTECT, null=True, blank=True, related_name="conversations")
    name = models.CharField(max_length=150, blank=True, help_text="Of somebody without an account.")
    post = models.CharField("role", max_length=150, blank=True)
    organisation = models.ForeignKey(
        Organisation,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        help_text="Whom they spoke for.",
    )

    class Meta:
        ordering = ["-is_officer", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["conversation", "person"],
                condition=Q(person__isnull=False),
                name="person_once_in_it",
            ),
            models.CheckConstraint(
                name="participant_is_somebody", condition=Q(person__isnull=False) | ~Q(name="")
            ),
            models.CheckConstraint(
                name="officer_has_an_account", condition=Q(is_officer=False) | Q(person__isnull=False)
            ),
        ]

    def __str__(self):
        return ", ".join(filter(None, [self.who, self.role]))

    @property
    def who(self) -> str:
        return self.person.display_name if self.person_id else self.name

    @property
    def role(self) -> str:
        return self.post or (self.person.post if self.person_id else "")


class FollowUpQuerySet(models.QuerySet):
    def visible_to(self, user):
        """Whoever may read the conversation reads what follows from it."""
        return self.filter(conversation__in=Conversation.objects.visible_to(user).values("pk"))

    def open(self):
        """Still to be done, of conversations that were posted."""
        return self.filter(done_at=None, conversation__status=Status.FINAL)


@history.track(exclude=("key",))
class FollowUp(models.Model):
    """What an officer undertook to do after a conversation, and by when."""

    conversation = models.ForeignKey(Conversation, models.CASCADE, related_name="follow_ups")
    what = models.CharField("what is to be done", max_length=300)
    owner = models.ForeignKey(PERSON, models.PROTECT, related_name="follow_ups", verbose_name="who does it")
    due_on = models.DateField("by")
    done_at = models.DateTimeField(null=True, blank=True, editable=False)
    done_by = models.ForeignKey(PERSON, models.PROTECT, null=True, blank=True, related_name="+")
    key = models.UUIDField(
        unique=True,
        default=uuid4,
        editable=False,
        help_text="Made with the form: a second click adds nothing.",
    )
    version = models.PositiveIntegerField(default=1, editable=False)

    objects = FollowUpQuerySet.as_manager()

    class Meta:
        ordering = ["due_on", "pk"]
        indexes = [models.Index("owner", "due_on", name="followup_to_do", condition=Q(done_at=None))]
        constraints = [
            models.CheckConstraint(
                name="followup_done_pair",
                condition=Q(done_at=None, done_by=None) | Q(done_at__isnull=False, done_by__isnull=False),
            ),
        ]

    def __str__(self):
        return self.what

    @property
    def is_done(self) -> bool:
        return self.done_at is not None


def _who_took_part(user) -> list[models.Prefetch]:
    """People of an organisation the reader may not know of are left out with it."""
    known = Organisation.objects.visible_to(user)
    parties = Party.objects.select_related("organisation")
    people = Participant.objects.select_related("person", "organisation")
    if not user.is_council:
        parties = parties.filter(organisation__in=known.values("pk"))
        people = people.filter(Q(organisation=None) | Q(organisation__in=known.values("pk")))
    return [models.Prefetch("parties", parties), models.Prefetch("participants", people)]
