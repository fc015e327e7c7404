"""Organisation, its numbers in other registers, its contacts, and who speaks for it."""

from decimal import Decimal
from uuid import uuid4

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from vcse_portal import history
from vcse_portal.borough.models import code_list_field

from .bands import Band


class OrganisationQuerySet(models.QuerySet):
    def visible_to(self, user):
        """Council people see every record; members their own and what is published; others the published."""
        if user.is_authenticated and user.is_council:
            return self
        published = models.Q(is_published=True)
        if user.is_authenticated:
            return self.filter(
                published | models.Q(pk__in=Membership.objects.current().organisations_of(user))
            )
        return self.filter(published)

    def published(self):
        return self.filter(is_published=True)

    def active(self):
        return self.filter(status=Organisation.Status.ACTIVE)

    def spoken_for_by(self, user):
        """Organisations the person may speak for today."""
        if not user.is_authenticated:
            return self.none()
        return self.filter(pk__in=Membership.objects.current().organisations_of(user))

    def led_by(self, user):
        """Organisations the person leads today: may edit, sign and apply."""
        if not user.is_authenticated:
            return self.none()
        leads = Membership.objects.current().filter(role=Membership.Role.LEAD)
        return self.filter(pk__in=leads.organisations_of(user))

    def for_page(self):
        return self.select_related("ward").prefetch_related("identifiers", "contacts")


@history.track(exclude=("name_sort",))
class Organisation(models.Model):
    """A group, charity, enterprise or public body in or for the borough. One without any number is as real."""

    class Structure(models.TextChoices):
        UNINCORPORATED = "unincorporated", _("Unincorporated association")
        CONSTITUTED = "constituted", _("Constituted group")
        TRUST = "trust", _("Charitable trust")
        CIO = "cio", _("Charitable Incorporated Organisation (CIO)")
        CLG = "clg", _("Company limited by guarantee")
        CIC = "cic", _("Community Interest Company (CIC)")
        SOCIETY = "society", _("Registered society (co-operative or community benefit)")
        HOUSING = "housing", _("Registered social landlord")
        SOCIAL_ENTERPRISE = "social_enterprise", _("Social enterprise – other")
        PUBLIC_BODY = "public_body", _("Public body")
        OTHER = "other", _("Other")
        UNKNOWN = "", _("Not known")

    class Status(models.TextChoices):
        ACTIVE = "active", _("Active")
        DORMANT = "dormant", _("Dormant")
        CLOSED = "closed", _("Closed")
        MERGED = "merged", _("Merged")

    class Premises(models.TextChoices):
        COUNCIL_LEASED = "council_leased", _("Leased from the council")
        OWNED = "owned", _("Owned")
        PRIVATE = "private", _("Rented from others")
        NONE = "none", _("No premises")
        UNKNOWN = "", _("Not known")

    name = models.CharField("organisation name", max_length=250)
    name_sort = models.CharField(max_length=250, editable=False, db_index=True)
    known_as = models.CharField("known as", max_length=250, blank=True)
    summary = models.TextField("what it does", max_length=4000, blank=True)
    legal_structure = models.CharField(max_length=20, choices=Structure.choices, blank=True)
    status = models.CharField(max_length=10, choices=Status.choices, default=Status.ACTIVE)
    status_reason = models.CharField("reason for the status", max_length=250, blank=True)
    registered_on = models.DateField("registered on", null=True, blank=True)

    themes = code_list_field("activity themes", of="theme")
    communities = code_list_field("communities served", of="community")
    languages = ArrayField(models.CharField(max_length=40), default=list, blank=True)
    wards_worked = code_list_field("wards worked in", of="ward")

    address = models.CharField(max_length=400, blank=True)
    postcode = models.CharField(max_length=8, blank=True)
    ward = models.ForeignKey(
        "borough.Ward", models.PROTECT, null=True, blank=True, related_name="organisations"
    )
    is_address_public = models.BooleanField(
        "address is published", default=False, help_text="If not, visitors see the ward only."
    )
    website = models.URLField(max_length=250, blank=True)
    opening_text = models.CharField("opening times", max_length=500, blank=True)

    income = models.DecimalField("annual income", max_digits=14, decimal_places=2, null=True, blank=True)
    income_year_end = models.DateField("year ended", null=True, blank=True)
    income_source = models.CharField(max_length=60, blank=True)
    band = models.CharField("income band", max_length=12, choices=Band.choices, blank=True, editable=False)
    staff_fte = models.DecimalField("paid staff (FTE)", max_digits=8, decimal_places=1, null=True, blank=True)
    volunteers = models.PositiveIntegerField(null=True, blank=True)
    trustees = models.PositiveIntegerField(null=True, blank=True)
    beneficiaries = models.PositiveIntegerField("people helped in a year", null=True, blank=True)
    premises = models.CharField(max_length=20, choices=Premises.choices, blank=True)
    support_wanted = code_list_field("kinds of support it wants", of="support")
    support_needs = models.TextField("help it wants", max_length=2000, blank=True)
    support_offered = code_list_field("kinds of support it offers to others", of="support")

    is_equalities_led = models.BooleanField(_("equalities-led"), default=False)
    is_infrastructure = models.BooleanField(_("infrastructure body"), default=False)
    is_anchor = models.BooleanField(_("community anchor"), default=False)
    is_consortium = models.BooleanField(_("consortium"), default=False)
    is_faith_group = models.BooleanField(_("faith group"), default=False)
    is_public_body = models.BooleanField(_("public body"), default=False)

    is_published = models.BooleanField("shown in the public directory", default=True)
    source = models.CharField(max_length=60, blank=True, help_text="Where the record came from.")
    key = models.UUIDField(
        unique=True,
        default=uuid4,
        editable=False,
        help_text="Made with the form: a second click adds nothing.",
    )
    merged_into = models.ForeignKey(
        "self",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="merged_here",
        help_text="The record that took this one's place; its old address leads there.",
    )
    confirmed_on = models.DateField("confirmed by the organisation", null=True, blank=True)
    next_confirmation_on = models.DateField(
        null=True, blank=True, help_text="When it is next asked whether the record is still right."
    )
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    updated_at = models.DateTimeField(default=timezone.now, editable=False)
    version = models.PositiveIntegerField(default=1, editable=False)

    objects = OrganisationQuerySet.as_manager()

    class Meta:
        ordering = ["name_sort", "pk"]
        constraints = [
            models.CheckConstraint(
                name="income_not_negative", condition=models.Q(income=None) | models.Q(income__gte=Decimal(0))
            ),
            models.CheckConstraint(
                name="merged_says_into_which",
                condition=models.Q(status="merged", merged_into__isnull=False)
                | (~models.Q(status="merged") & models.Q(merged_into=None)),
            ),
            models.CheckConstraint(
                name="merged_into_another",
                condition=models.Q(merged_into=None) | ~models.Q(merged_into=models.F("pk")),
            ),
        ]
        indexes = [
            models.Index("name_sort", "id", name="organisation_by_name"),
            GinIndex(fields=["themes"], name="organisation_themes"),
            models.Index(
                "next_confirmation_on",
                name="organisation_next_confirmation",
                condition=models.Q(next_confirmation_on__isnull=False),
            ),
            models.Index("postcode", name="organisation_postcode"),
            models.Index(
                "id",
                name="organisation_of_note",
                condition=models.Q(is_infrastructure=True) | models.Q(is_anchor=True),
            ),
        ]

    def __str__(self):
        return self.name

    def get_absolute_url(self):
        return reverse("organisations:organisation", args=[self.pk])


@history.track()
class Identifier(models.Model):
    """A number the organisation has in some register, under that register's org-id list code."""

    visible_through = "organisation"

    class Scheme(models.TextChoices):
        CHARITY = "GB-CHC", _("Registered charity number")
        COMPANY = "GB-COH", _("Company number")
        SCOTLAND = "GB-SC", _("Scottish charity number")
        NORTHERN_IRELAND = "GB-NIC", _("Northern Ireland charity number")
        MUTUAL = "GB-MPR", _("Registered society number")
        HMRC = "GB-REV", _("HMRC charity reference")
        EDUCATION = "GB-EDU", _("School number")
        AUTHORITY = "GB-LAE", _("Local authority code")
        OTHER = "XI-PORTAL", _("Other number")

    organisation = models.ForeignKey(Organisation, models.CASCADE, related_name="identifiers")
    scheme = models.CharField(max_length=12, choices=Scheme.choices)
    number = models.CharField(max_length=40)
    source = models.CharField(max_length=60, blank=True)
    checked_on = models.DateField("last checked", null=True, blank=True)
    removed_on = models.DateField(
        "removed from that register on",
        null=True,
        blank=True,
        help_text="A register that drops a number flags it here; the organisation stays.",
    )
    removal_reason = models.CharField(max_length=120, blank=True)

    class Meta:
        ordering = ["scheme", "number"]
        constraints = [
            models.UniqueConstraint("scheme", "number", name="identifier_belongs_to_one"),
        ]

    def __str__(self):
        return f"{self.scheme}-{self.number}"


class LinkQuerySet(models.QuerySet):
    def visible_to(self, user):
        """Links between organisations the person may both see."""
        if user.is_authenticated and user.is_council:
            return self
        seen = Organisation.objects.visible_to(user)
        return self.filter(from_organisation__in=seen, to_organisation__in=seen)

    def current(self, today=None):
        return self.filter(models.Q(ends_on=None) | models.Q(ends_on__gt=today or timezone.localdate()))

    def of(self, organisation):
        return self.filter(models.Q(from_organisation=organisation) | models.Q(to_organisation=organisation))

    def for_page(self):
        return self.select_related("from_organisation", "to_organisation").order_by("kind", "starts_on", "pk")


@history.track()
class Link(models.Model):
    """One organisation's standing tie to another, with dates, read from both ends."""

    class Kind(models.TextChoices):
        MEMBER = "member", _("is a member of")
        SUPPORTED = "supported", _("is supported by")
        HOSTED = "hosted", _("is hosted by")
        REPRESENTED = "represented", _("is represented by")
        CONSORTIUM_LEAD = "consortium_lead", _("leads the consortium")
        CONSORTIUM_PARTNER = "consortium_partner", _("is a partner in the consortium")
        BRANCH = "branch", _("is a branch of")
        CONVENED = "convened", _("is convened by")

    FROM_THE_OTHER_END = {
        Kind.MEMBER: _("has as a member"),
        Kind.SUPPORTED: _("supports"),
        Kind.HOSTED: _("hosts"),
        Kind.REPRESENTED: _("represents"),
        Kind.CONSORTIUM_LEAD: _("is led by"),
        Kind.CONSORTIUM_PARTNER: _("has as a partner"),
        Kind.BRANCH: _("has as a branch"),
        Kind.CONVENED: _("convenes"),
    }

    from_organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="links_out")
    kind = models.CharField(max_length=20, choices=Kind.choices)
    to_organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="links_in")
    starts_on = models.DateField("since", null=True, blank=True)
    ends_on = models.DateField("until", null=True, blank=True, help_text="The first day it no longer holds.")
    note = models.CharField(max_length=250, blank=True)
    source = models.CharField(max_length=60, blank=True)

    objects = LinkQuerySet.as_manager()

    class Meta:
        ordering = ["kind", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["from_organisation", "kind", "to_organisation"],
                condition=models.Q(ends_on=None),
                name="one_open_link_of_a_kind",
            ),
            models.CheckConstraint(
                name="link_between_two",
                condition=~models.Q(from_organisation=models.F("to_organisation")),
            ),
            models.CheckConstraint(
                name="link_ends_after_start",
                condition=models.Q(starts_on=None)
                | models.Q(ends_on=None)
                | models.Q(ends_on__gte=models.F("starts_on")),
            ),
        ]

    def __str__(self):
        return f"{self.from_organisation} {self.get_kind_display()} {self.to_organisation}"

    def words_from(self, organisation) -> str:
        """How the tie reads from one of its two ends: "is a member of", "has as a member"."""
        if organisation.pk == self.from_organisation_id:
            return self.get_kind_display()
        return str(self.FROM_THE_OTHER_END[self.Kind(self.kind)])

    def other_end(self, organisation) -> Organisation:
        return (
            self.to_organisation if organisation.pk == self.from_organisation_id else self.from_organisation
        )


@history.track()
class Contact(models.Model):
    """A way to reach the organisation, published only where it consented, channel by channel."""

    visible_through = "organisation"

    class Channel(models.TextChoices):
        EMAIL = "email", _("Email")
        TELEPHONE = "telephone", _("Telephone")
        POST = "post", _("Post")

    class Consent(models.TextChoices):
        YES = "yes", _("Yes, publish")
        NO = "no", _("No, council staff only")
        UNKNOWN = "unknown", _("Not asked yet")

    organisation = models.ForeignKey(Organisation, models.CASCADE, related_name="contacts")
    name = models.CharField(max_length=150, blank=True)
    post = models.CharField("role", max_length=150, blank=True)
    channel = models.CharField(max_length=10, choices=Channel.choices)
    value = models.CharField("address or number", max_length=254)
    consent = models.CharField(max_length=8, choices=Consent.choices, default=Consent.UNKNOWN)
    source = models.CharField(max_length=60, blank=True)
    version = models.PositiveIntegerField(default=1, editable=False)
    key = models.UUIDField(
        unique=True,
        default=uuid4,
        editable=False,
        help_text="Made with the form: a second click adds nothing.",
    )

    class Meta:
        ordering = ["channel", "pk"]

    def __str__(self):
        return self.value

    @property
    def is_public(self) -> bool:
        return self.consent == self.Consent.YES


class MembershipQuerySet(models.QuerySet):
    def current(self, today=None):
        today = today or timezone.localdate()
        return self.filter(confirmed_at__isnull=False, starts_on__lte=today).filter(
            models.Q(ends_on=None) | models.Q(ends_on__gt=today)
        )

    def asked(self):
        """Waiting for somebody to confirm or decline."""
        return self.filter(confirmed_at=None, ends_on=None)

    def organisations_of(self, user):
        return self.filter(user=user).values("organisation")

    def visible_to(self, user):
        """A person's own; those of organisations the person speaks for; all, to council people."""
        if not user.is_authenticated:
            return self.none()
        if user.is_council:
            return self
        mine = Membership.objects.current().organisations_of(user)
        return self.filter(models.Q(user=user) | models.Q(organisation__in=mine))


@history.track()
class Membership(models.Model):
    """A person's mandate to speak for an organisation, confirmed by a lead or an officer, with dates."""

    class Role(models.TextChoices):
        REPRESENTATIVE = "representative", _("Representative")
        LEAD = "lead", _("Lead")

    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="memberships")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="memberships")
    role = models.CharField(max_length=14, choices=Role.choices, default=Role.REPRESENTATIVE)
    starts_on = models.DateField()
    ends_on = models.DateField(null=True, blank=True, help_text="The first day it no longer holds.")
    confirmed_at = models.DateTimeField(null=True, blank=True)
    confirmed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )

    objects = MembershipQuerySet.as_manager()

    class Meta:
        ordering = ["organisation__name_sort", "user__name"]
        constraints = [
            models.UniqueConstraint(
                fields=["organisation", "user"],
                condition=models.Q(ends_on=None),
                name="one_open_membership_each",
            ),
            models.CheckConstraint(
                name="membership_confirmed_pair",
                condition=models.Q(confirmed_at=None, confirmed_by=None)
                | models.Q(confirmed_at__isnull=False, confirmed_by__isnull=False),
            ),
            models.CheckConstraint(
                name="membership_ends_after_start",
                condition=models.Q(ends_on=None) | models.Q(ends_on__gte=models.F("starts_on")),
            ),
        ]

    def __str__(self):
        return f"{self.user} for {self.organisation}"

    def is_current(self, today=None) -> bool:
        """Confirmed, begun and not ended, as `current()` says of many."""
        today = today or timezone.localdate()
        has_begun = self.confirmed_at is not None and self.starts_on <= today
        return has_begun and (self.ends_on is None or self.ends_on > today)
