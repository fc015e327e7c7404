"""A building or a piece of land that the council or a partner holds."""

from decimal import Decimal

from django.core.validators import MaxValueValidator, MinValueValidator, RegexValidator
from django.db import models
from django.db.models.functions import Lower, Upper
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from vcse_portal import history

Q = models.Q
UPRN = RegexValidator(r"^\d{1,12}$", "A UPRN is a number of up to twelve digits.")
ENERGY_RATING = RegexValidator(r"^([A-G]|A\+)$", "An energy rating is a letter from A to G.")


class TenureType(models.TextChoices):
    FREEHOLD = "freehold", _("Freehold")
    LEASEHOLD = "leasehold", _("Leasehold")


class TenureDetail(models.TextChoices):
    """How it is held and used, in the words of the Transparency Code."""

    OWNER_OCCUPIED = "owner_occupied", _("Owner occupied")
    LEASEHOLD_OUT = "leasehold_out", _("Leased out")
    LEASEHOLD_IN = "leasehold_in", _("Leased in")
    VACANT = "vacant", _("Vacant")
    OTHER = "other", _("Other")


class HoldingType(models.TextChoices):
    LAND = "land", _("Land")
    BUILDINGS = "buildings", _("Buildings")
    BOTH = "both", _("Land and buildings")


class AssetQuerySet(models.QuerySet):
    def visible_to(self, user):
        """Council people see every asset; everyone else those that are published."""
        if user.is_authenticated and user.is_council:
            return self
        return self.filter(is_published=True)

    def current(self):
        return self.filter(status=Asset.Status.CURRENT)

    def for_page(self):
        return self.select_related("ward", "owner")


@history.track(exclude=("name_sort",))
class Asset(models.Model):
    """Known by its owner's code for it: one UPRN may be several assets, and many have none.

    Positions are degrees of WGS84. The postcode may be an outward half alone, as land often has no address.
    """

    class Status(models.TextChoices):
        CURRENT = "current", _("In the portfolio")
        DISPOSED = "disposed", _("Disposed of")

    asset_code = models.CharField("asset code", max_length=40, help_text="The owner's own reference.")
    uprn = models.CharField("UPRN", max_length=12, blank=True, validators=[UPRN])
    name = models.CharField(max_length=250)
    name_sort = models.CharField(max_length=250, editable=False)
    street_number = models.CharField(max_length=20, blank=True)
    street = models.CharField(max_length=120, blank=True)
    town = models.CharField(max_length=60, blank=True)
    postcode = models.CharField(max_length=8, blank=True, help_text="Whole, or its first half alone.")
    latitude = models.DecimalField(
        max_digits=9,
        decimal_places=6,
        null=True,
        blank=True,
        validators=[MinValueValidator(Decimal(-90)), MaxValueValidator(Decimal(90))],
    )
    longitude = models.DecimalField(
        max_digits=9,
        decimal_places=6,
        null=True,
        blank=True,
        validators=[MinValueValidator(Decimal(-180)), MaxValueValidator(Decimal(180))],
    )
    ward = models.ForeignKey("borough.Ward", models.PROTECT, null=True, blank=True, related_name="assets")

    tenure_type = models.CharField("tenure", max_length=10, choices=TenureType.choices, blank=True)
    tenure_detail = models.CharField(
        "how it is used", max_length=15, choices=TenureDetail.choices, blank=True
    )
    other_detail = models.CharField("more about its use", max_length=120, blank=True)
    holding_type = models.CharField("what it is", max_length=10, choices=HoldingType.choices)
    building_size = models.DecimalField(
        max_digits=10,
        decimal_places=2,
        null=True,
        blank=True,
        validators=[MinValueValidator(Decimal(0))],
        help_text="Gross internal area in square metres.",
    )
    land_area = models.DecimalField(
        max_digits=10,
        decimal_places=4,
        null=True,
        blank=True,
        validators=[MinValueValidator(Decimal(0))],
        help_text="Hectares.",
    )
    energy_rating = models.CharField(max_length=2, blank=True, validators=[ENERGY_RATING])

    owner_name = models.CharField("held by", max_length=120)
    owner_uri = models.URLField("owner's identifier", max_length=250, blank=True)
    owner = models.ForeignKey(
        "organisations.Organisation", models.PROTECT, null=True, blank=True, related_name="assets"
    )
    is_published = models.BooleanField("shown to everyone", default=True)
    status = models.CharField(max_length=8, choices=Status.choices, default=Status.CURRENT)
    effective_on = models.DateField("true on", null=True, blank=True, help_text="When the facts were true.")
    source = models.CharField(max_length=60, blank=True, help_text="Where the record came from.")
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    updated_at = models.DateTimeField(default=timezone.now, editable=False)
    version = models.PositiveIntegerField(default=1, editable=False)

    objects = AssetQuerySet.as_manager()

    class Meta:
        ordering = ["name_sort", "pk"]
        constraints = [
            models.UniqueConstraint(
                Lower("owner_name"), Upper("asset_code"), name="asset_code_once_an_owner"
            ),
            models.CheckConstraint(
                name="asset_position_pair",
                condition=Q(latitude=None, longitude=None)
                | Q(latitude__isnull=False, longitude__isnull=False),
            ),
        ]
        indexes = [
            models.Index("name_sort", "id", name="asset_by_name"),
            models.Index("uprn", name="asset_uprn", condition=~Q(uprn="")),
        ]

    def __str__(self):
        return self.name

    def get_absolute_url(self):
        return reverse("assets:asset", args=[self.pk])

    @property
    def address(self) -> str:
        """One line; what is missing is left out."""
        street = f"{self.street_number} {self.street}".strip()
        return ", ".join(part for part in (street, self.town, self.postcode) if part)

    @property
    def state_words(self) -> str:
        """What the tag at the top says: nothing while it is simply in use."""
        if self.status == self.Status.DISPOSED:
            return self.get_status_display()
        if self.tenure_detail in (TenureDetail.VACANT, TenureDetail.LEASEHOLD_OUT):
            return self.get_tenure_detail_display()
        return ""

    @property
    def state_colour(self) -> str:
        vacant = self.tenure_detail == TenureDetail.VACANT and self.status == self.Status.CURRENT
        return "green" if vacant else "grey"

    @property
    def has_position(self) -> bool:
        return self.latitude is not None and self.longitude is not None
