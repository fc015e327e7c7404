"""Documents both sides promise to keep: their versions, the clauses of each, and who signed."""

import re

from django.conf import settings
from django.core.validators import RegexValidator
from django.db import models
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from vcse_portal import history

Q = models.Q
CLAUSE_NUMBER = RegexValidator(
    r"^[1-9]\d?(\.[1-9]\d?){0,2}$", "Give the number as 2, 2.3 or 2.3.1, with no part above 99."
)


class Side(models.TextChoices):
    """Who makes the promise."""

    BOTH = "both", _("Both sides")
    COUNCIL = "council", _("The council")
    SECTOR = "sector", _("The sector")

    @property
    def promise(self):
        return {
            Side.BOTH: _("Both sides promise"),
            Side.COUNCIL: _("The council promises"),
            Side.SECTOR: _("The sector promises"),
        }[self]


class DocumentQuerySet(models.QuerySet):
    def visible_to(self, user):
        """Council people know of documents still being drafted; everyone knows those that were ever adopted."""
        if user.is_authenticated and user.is_council:
            return self
        return self.filter(pk__in=Version.objects.published().values("document"))

    def for_list(self):
        """With the number and date of the adopted version, if there is one."""
        adopted = Version.objects.filter(document=models.OuterRef("pk"), status=Version.Status.ADOPTED)
        return self.annotate(
            adopted_number=models.Subquery(adopted.values("number")),
            adopted_on=models.Subquery(adopted.values("adopted_on")),
        )


@history.track()
class Document(models.Model):
    """The Compact, the values charter, or one of the codes."""

    class Kind(models.TextChoices):
        COMPACT = "compact", _("Compact")
        CHARTER = "charter", _("Values charter")
        CODE = "code", _("Code of practice")

    kind = models.CharField(max_length=8, choices=Kind.choices)
    title = models.CharField(max_length=200)
    code = models.SlugField("address", max_length=60, unique=True)

    objects = DocumentQuerySet.as_manager()

    class Meta:
        ordering = [
            "-kind",
            "title",
        ]  # the Compact itself comes last of the alphabet's kinds, so it is first here
        constraints = [
            models.UniqueConstraint(
                fields=["kind"], condition=~Q(kind="code"), name="one_compact_and_one_charter"
            ),
        ]

    def __str__(self):
        return self.title

    def get_absolute_url(self):
        if self.kind == self.Kind.COMPACT:
            return reverse("compact:compact")
        return reverse("compact:document", args=[self.code])


class VersionQuerySet(models.QuerySet):
    def visible_to(self, user):
        """Drafts are for council people; what was adopted once stays readable for everyone."""
        if user.is_authenticated and user.is_council:
            return self
        return self.published()

    def published(self):
        return self.exclude(status=Version.Status.DRAFT)

    def adopted(self):
        return self.filter(status=Version.Status.ADOPTED)

    def drafts(self):
        return self.filter(status=Version.Status.DRAFT)

    def for_page(self):
        return self.select_related("document")

    def for_list(self):
        """Newest first, each with how many have signed it."""
        signed = Q(signatures__withdrawn_at=None, signatures__organisation__is_published=True)
        return self.annotate(signatories=models.Count("signatures", filter=signed)).order_by("-number")


@history.track(exclude=("revision",))
class Version(models.Model):
    """One numbered wording of a document. Drafts can be changed; what was adopted never is."""

    class Status(models.TextChoices):
        DRAFT = "draft", _("Draft")
        ADOPTED = "adopted", _("Adopted")
        SUPERSEDED = "superseded", _("Superseded")

    document = models.ForeignKey(Document, models.PROTECT, related_name="versions")
    number = models.PositiveSmallIntegerField()
    status = models.CharField(max_length=10, choices=Status.choices, default=Status.DRAFT)
    introduction = models.TextField(max_length=10_000, blank=True)
    adopted_on = models.DateField("adopted on", null=True, blank=True, help_text="The day both sides agreed.")
    adopted_at = models.DateTimeField(null=True, blank=True, editable=False)
    adopted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    revision = models.PositiveIntegerField(default=1, editable=False, help_text="Counts saves of the draft.")

    objects = VersionQuerySet.as_manager()

    class Meta:
        ordering = ["document", "-number"]
        constraints = [
            models.UniqueConstraint(fields=["document", "number"], name="version_number_once"),
            models.UniqueConstraint(
                fields=["document"], condition=Q(status="adopted"), name="one_adopted_version"
            ),
            models.UniqueConstraint(
                fields=["document"], condition=Q(status="draft"), name="one_draft_version"
            ),
            models.CheckConstraint(
                name="version_adopted_pair",
                condition=Q(status="draft", adopted_on=None, adopted_at=None, adopted_by=None)
                | Q(
                    ~Q(status="draft"),
                    adopted_on__isnull=False,
                    adopted_at__isnull=False,
                    adopted_by__isnull=False,
                ),
            ),
        ]

    def __str__(self):
        return f"{self.document}, version {self.number}"

    def get_absolute_url(self):
        return reverse("compact:version", args=[self.document.code, self.number])

    @property
    def is_draft(self) -> bool:
        return self.status == self.Status.DRAFT

    @property
    def is_adopted(self) -> bool:
        return self.status == self.Status.ADOPTED

    @property
    def colour(self) -> str:
        return {"draft": "yellow", "adopted": "green"}.get(self.status, "grey")


@history.track(exclude=("revision", "position"))
class Clause(models.Model):
    """One numbered promise. A whole number is a section: its heading stands in the contents."""

    visible_through = "version"

    version = models.ForeignKey(Version, models.CASCADE, related_name="clauses")
    number = models.CharField(max_length=8, validators=[CLAUSE_NUMBER])
    heading = models.CharField(max_length=200, blank=True)
    text = models.TextField(max_length=10_000, blank=True)
    side = models.CharField("who promises", max_length=7, choices=Side.choices, default=Side.BOTH)
    position = models.PositiveIntegerField(editable=False, help_text="Follows from the number.")
    former = models.ForeignKey(
        "self",
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        help_text="The clause of the version before that this one was made from.",
    )
    revision = models.PositiveIntegerField(default=1, editable=False, help_text="Counts saves of the draft.")

    class Meta:
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(fields=["version", "number"], name="clause_number_once"),
            models.CheckConstraint(name="clause_says_something", condition=~Q(heading="") | ~Q(text="")),
        ]

    def __str__(self):
        return f"{self.number} {self.heading}".strip()

    @property
    def is_section(self) -> bool:
        return "." not in self.number

    @property
    def anchor(self) -> str:
        return f"clause-{self.number.replace('.', '-')}"

    @property
    def promise(self) -> str:
        """Who promises it, as a sentence begins."""
        return Side(self.side).promise

    @property
    def side_colour(self) -> str:
        return {"council": "blue", "sector": "purple"}.get(self.side, "grey")


def position_of(number: str) -> int:
    """Where a clause number stands: 2 before 2.3 before 2.10 before 3."""
    parts = [int(p) for p in re.findall(r"\d+", number)][:3]
    a, b, c = parts + [0] * (3 - len(parts))
    return a * 10_000 + b * 100 + c


class SignatureQuerySet(models.QuerySet):
    def visible_to(self, user):
        """Everyone sees who signed, as far as the directory shows the organisation at all."""
        if user.is_authenticated and user.is_council:
            return self
        shown = Q(organisation__is_published=True)
        if user.is_authenticated:
            shown |= Q(signed_by=user)
        return self.filter(shown)

    def current(self):
        """Not withdrawn, and not left with a record that was merged into one that has signed too."""
        return self.filter(withdrawn_at=None, organisation__merged_into=None)

    def for_list(self):
        return self.select_related("organisation", "signed_by").order_by("organisation__name_sort", "pk")


@history.track()
class Signature(models.Model):
    """An organisation's word, given by a person who leads it. Withdrawn, not deleted, when it is taken back."""

    version = models.ForeignKey(Version, models.PROTECT, related_name="signatures")
    organisation = models.ForeignKey(
        "organisations.Organisation", models.PROTECT, related_name="compact_signatures"
    )
    signed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    signed_at = models.DateTimeField(default=timezone.now)
    role = models.CharField("role in the organisation", max_length=120, help_text="As when it was signed.")
    words = models.TextField(
        "what was signed", max_length=1000, help_text="The sentence the person agreed to."
    )
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    withdrawn_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )

    objects = SignatureQuerySet.as_manager()

    class Meta:
        ordering = ["-signed_at", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["version", "organisation"], name="one_signature_each"),
            models.CheckConstraint(
                name="signature_withdrawn_pair",
                condition=Q(withdrawn_at=None, withdrawn_by=None)
                | Q(withdrawn_at__isnull=False, withdrawn_by__isnull=False),
            ),
        ]

    def __str__(self):
        return f"{self.organisation} signed {self.version}"
