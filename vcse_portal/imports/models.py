"""One run of an import, and what became of each row of its file."""

import uuid

from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.utils import timezone

from vcse_portal import history
from vcse_portal.borough.models import code_list_field

from . import registry
from .importer import Outcome


def stored_name(_run, _file_name: str) -> str:
    """Where a file is kept: outside the web root, under a name nobody can guess or choose."""
    return f"imports/{uuid.uuid4().hex}.data"


class RunQuerySet(models.QuerySet):
    def visible_to(self, user):
        """Runs of the kinds a person may import; their rows may hold what is not published."""
        if not user.is_authenticated or not user.is_officer:
            return self.none()
        return self.filter(kind__in=[importer.kind for importer in registry.importable_by(user)])

    def at_work(self):
        return self.filter(status__in=ImportRun.AT_WORK)

    def due(self, now):
        """At work, but nobody has claimed them lately: the worker was killed, or the message was lost."""
        return self.at_work().filter(models.Q(due_at=None) | models.Q(due_at__lte=now))

    def to_forget(self, before):
        """Long finished, and still holding its file: the cells may be about people."""
        return self.exclude(status__in=ImportRun.AT_WORK).filter(created_at__lt=before).exclude(file="")

    def for_list(self):
        return self.select_related("by").defer("options")


@history.track(exclude=("attempts", "due_at"))
class ImportRun(models.Model):
    """One file on its way into the portal. The row is the truth; a task is only a wake-up."""

    class Status(models.TextChoices):
        ASKING = "asking", "Waiting for answers"
        UPLOADED = "uploaded", "Uploaded"
        READING = "reading", "Being read"
        PREVIEWED = "previewed", "Ready to apply"
        APPLYING = "applying", "Being applied"
        APPLIED = "applied", "Applied"
        UNDOING = "undoing", "Being undone"
        UNDONE = "undone", "Undone"
        REFUSED = "refused", "Refused"

    AT_WORK = (Status.UPLOADED, Status.READING, Status.APPLYING, Status.UNDOING)

    kind = models.CharField(max_length=40)
    file_name = models.CharField(max_length=200)
    file = models.FileField(upload_to=stored_name, max_length=200, blank=True)
    sha256 = models.CharField(max_length=64)
    size = models.PositiveBigIntegerField(help_text="Bytes.")
    options = models.JSONField(default=dict, blank=True)
    status = models.CharField(max_length=10, choices=Status.choices, default=Status.UPLOADED)
    refusal = models.TextField("why it was refused or stopped", blank=True)
    counts = models.JSONField(default=dict, blank=True, help_text="Rows by outcome.")
    remarks = models.JSONField(default=list, blank=True, help_text="Sentences about the file as a whole.")
    total = models.PositiveIntegerField("rows", default=0)
    put_back = models.PositiveIntegerField("rows put back", default=0)
    kept = models.PositiveIntegerField("rows kept when undone", default=0)
    by = models.ForeignKey("accounts.User", models.PROTECT, null=True, blank=True, related_name="+")
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    previewed_at = models.DateTimeField(null=True, blank=True)
    applied_at = models.DateTimeField(null=True, blank=True)
    applied_by = models.ForeignKey("accounts.User", models.PROTECT, null=True, blank=True, related_name="+")
    undone_at = models.DateTimeField(null=True, blank=True)
    undone_by = models.ForeignKey("accounts.User", models.PROTECT, null=True, blank=True, related_name="+")
    attempts = models.PositiveSmallIntegerField(default=0, editable=False)
    due_at = models.DateTimeField(null=True, blank=True, editable=False, help_text="Claimed until then.")

    objects = RunQuerySet.as_manager()

    class Meta:
        ordering = ["-created_at", "-pk"]
        indexes = [models.Index(fields=["sha256"]), models.Index(fields=["status", "due_at"])]
        constraints = [
            models.CheckConstraint(
                name="import_applied_has_date",
                condition=~models.Q(status__in=["applied", "undoing", "undone"]) | ~models.Q(applied_at=None),
            ),
            models.CheckConstraint(
                name="import_refused_says_why",
                condition=~models.Q(status="refused") | ~models.Q(refusal=""),
            ),
        ]

    def __str__(self):
        return f"{self.label}: {self.file_name}"

    @property
    def importer(self):
        return registry.importer_for(self.kind)

    @property
    def label(self) -> str:
        return self.importer.label

    @property
    def is_at_work(self) -> bool:
        return self.status in self.AT_WORK

    @property
    def may_be_answered(self) -> bool:
        """Whether its questions can be answered, or answered differently while its file is as it arrived."""
        if self.status == self.Status.PREVIEWED:
            return not self.importer.gathers and "heading" in self.options
        return self.status == self.Status.ASKING

    @property
    def will_write(self) -> int:
        """How many rows applying would write, or wrote."""
        return self.counts.get(Outcome.NEW, 0) + self.counts.get(Outcome.CHANGED, 0)


class RowQuerySet(models.QuerySet):
    def visible_to(self, user):
        return self.filter(run__in=ImportRun.objects.visible_to(user))

    def written(self):
        return self.filter(outcome__in=[Outcome.NEW, Outcome.CHANGED], target_id__isnull=False)

    def for_list(self):
        return self.order_by("row_number")


class ImportRow(models.Model):
    """What one row of the file means, or meant. Unchanged rows keep no copy of their cells."""

    run = models.ForeignKey(ImportRun, models.CASCADE, related_name="rows")
    row_number = models.PositiveIntegerField()
    outcome = models.CharField(max_length=10, choices=Outcome.choices)
    key = models.CharField(max_length=120, blank=True)
    reasons = models.JSONField(default=list, blank=True)
    raw = models.JSONField(default=dict, blank=True)
    changes = models.JSONField(default=dict, blank=True, encoder=DjangoJSONEncoder)
    target_id = models.BigIntegerField(null=True, blank=True)
    then = models.CharField(max_length=10, blank=True, help_text="What a suspicious row becomes when ticked.")
    is_accepted = models.BooleanField("ticked", default=False)
    kept = models.CharField("why it was kept when undone", max_length=300, blank=True)

    objects = RowQuerySet.as_manager()

    class Meta:
        ordering = ["row_number"]
        constraints = [models.UniqueConstraint(fields=["run", "row_number"], name="one_result_a_row")]
        indexes = [models.Index(fields=["run", "outcome", "row_number"])]

    def __str__(self):
        return f"Row {self.row_number}"


class MeaningQuerySet(models.QuerySet):
    def visible_to(self, user):
        """What other people's words mean here is no secret among officers."""
        return self if user.is_authenticated and user.is_officer else self.none()


@history.track()
class Meaning(models.Model):
    """What a word of somebody else's list means in the borough's own: officers decide, imports obey."""

    vocabulary = models.SlugField(max_length=40)
    code = models.SlugField(max_length=40)
    themes = code_list_field("themes", of="theme")
    communities = code_list_field("communities", of="community")
    version = models.PositiveIntegerField(default=1, editable=False)

    objects = MeaningQuerySet.as_manager()

    class Meta:
        ordering = ["vocabulary", "code"]
        constraints = [models.UniqueConstraint(fields=["vocabulary", "code"], name="one_meaning_a_word")]

    def __str__(self):
        return f"{self.vocabulary} {self.code}"
