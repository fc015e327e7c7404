"""Reference data every room shares. A code never changes its meaning; a change of meaning is a new code."""

from django.contrib.postgres.fields import ArrayField
from django.core.validators import RegexValidator
from django.db import models
from django.utils import timezone

from vcse_portal import history

HEX_COLOUR = RegexValidator(r"^#[0-9a-fA-F]{6}$", "Give the colour as # and six digits, such as #00594f.")
GSS_CODE = RegexValidator(r"^[EWSN]\d{8}$", "A ward code is a letter and eight digits, such as E05013542.")


class PublicQuerySet(models.QuerySet):
    """Reference data is no secret: everyone sees it."""

    def visible_to(self, user):
        return self

    def current(self):
        return self.filter(is_current=True)

    def offered(self, held=None):
        """What a form offers: those that are current, and the one its record has though it was closed since."""
        return self.filter(models.Q(is_current=True) | models.Q(pk=getattr(held, "pk", held)))


@history.track(exclude=("logo",))
class Council(models.Model):
    """The council whose portal this is: one row."""

    name = models.CharField(max_length=120, default="The council")
    short_name = models.CharField(max_length=40, default="Council", help_text="As said in a sentence.")
    portal_name = models.CharField(max_length=80, default="VCSE Portal")
    gss_code = models.CharField("authority code", max_length=9, blank=True, validators=[GSS_CODE])
    email = models.EmailField("contact email address", blank=True)
    telephone = models.CharField(max_length=30, blank=True)
    address = models.TextField(max_length=400, blank=True)
    phase = models.CharField(
        max_length=10, blank=True, choices=[("alpha", "Alpha"), ("beta", "Beta")], default="beta"
    )
    brand_colour = models.CharField(max_length=7, default="#00594f", validators=[HEX_COLOUR])
    logo = models.BinaryField(null=True, blank=True, editable=False)
    logo_type = models.CharField(max_length=20, blank=True, editable=False)
    updated_at = models.DateTimeField(default=timezone.now, editable=False)
    version = models.PositiveIntegerField(default=1, editable=False)

    objects = PublicQuerySet.as_manager()

    class Meta:
        constraints = [models.CheckConstraint(name="one_council", condition=models.Q(pk=1))]

    def __str__(self):
        return self.name

    @property
    def has_logo(self) -> bool:
        return bool(self.logo_type)


class Listed(models.Model):
    """What directorates, themes, communities and outcomes have in common."""

    code = models.SlugField(max_length=40, unique=True)
    name = models.CharField(max_length=120)
    position = models.PositiveSmallIntegerField(default=0)
    is_current = models.BooleanField(default=True)
    version = models.PositiveIntegerField(default=1, editable=False)

    objects = PublicQuerySet.as_manager()

    class Meta:
        abstract = True
        ordering = ["position", "name"]

    def __str__(self):
        return self.name


@history.track()
class Directorate(Listed):
    """A part of the council, such as Children and Families."""

    director = models.CharField("director's post", max_length=150, blank=True)


@history.track()
class Theme(Listed):
    """What organisations do and what intentions are about, such as health and wellbeing."""

    description = models.CharField(max_length=300, blank=True)


@history.track()
class Community(Listed):
    """Whom organisations serve, such as older people."""

    class Meta(Listed.Meta):
        verbose_name_plural = "communities"


@history.track()
class Support(Listed):
    """Help that organisations want and others offer, such as bookkeeping, so that the two can find each other."""

    description = models.CharField(max_length=300, blank=True)

    class Meta(Listed.Meta):
        verbose_name_plural = "kinds of support"


@history.track()
class Outcome(Listed):
    """One line of the borough's common outcomes framework."""

    description = models.TextField(max_length=1000, blank=True)


class WardQuerySet(PublicQuerySet):
    def on(self, day):
        """Wards that existed on `day`: any boundary change gave a ward a new code."""
        return self.filter(models.Q(valid_from=None) | models.Q(valid_from__lte=day)).filter(
            models.Q(valid_to=None) | models.Q(valid_to__gt=day)
        )

    def for_list(self):
        return self.defer("boundary")


@history.track(exclude=("boundary",))
class Ward(models.Model):
    """An electoral ward under its GSS code. A boundary change makes a new code; old ones are kept."""

    code = models.CharField(max_length=9, unique=True, validators=[GSS_CODE])
    name = models.CharField(max_length=120)
    authority = models.CharField("authority code", max_length=9, blank=True, db_index=True)
    valid_from = models.DateField(null=True, blank=True)
    valid_to = models.DateField(null=True, blank=True)
    is_current = models.BooleanField(default=True)
    boundary = models.JSONField(null=True, blank=True, help_text="GeoJSON geometry in WGS84.")
    population = models.PositiveIntegerField(null=True, blank=True)

    objects = WardQuerySet.as_manager()

    class Meta:
        ordering = ["name"]

    def __str__(self):
        return self.name


class Postcode(models.Model):
    """A postcode and the ward it lies in. Loaded whole from the Office for National Statistics' lookup."""

    code = models.CharField(max_length=7, primary_key=True, help_text="Upper case, no space.")
    ward = models.ForeignKey(Ward, models.PROTECT, null=True, blank=True, related_name="postcodes")
    latitude = models.FloatField(null=True, blank=True)
    longitude = models.FloatField(null=True, blank=True)
    is_live = models.BooleanField(default=True)

    objects = PublicQuerySet.as_manager()

    def __str__(self):
        return f"{self.code[:-3]} {self.code[-3:]}"


@history.track()
class PublicText(models.Model):
    """A text page officers keep: accessibility statement, privacy, cookies, about."""

    slug = models.SlugField(max_length=40, unique=True)
    title = models.CharField(max_length=120)
    body = models.TextField("text", max_length=40000)
    reviewed_on = models.DateField("last reviewed", null=True, blank=True)
    updated_at = models.DateTimeField(default=timezone.now, editable=False)
    version = models.PositiveIntegerField(default=1, editable=False)

    objects = PublicQuerySet.as_manager()

    class Meta:
        ordering = ["title"]

    def __str__(self):
        return self.title


def code_list_field(label: str, *, of: str) -> ArrayField:
    """Codes of a reference list kept on the row itself: one row to read, one row in the history.

    Operations check the codes against the list (`borough.codes.check_codes`); the history shows their names.
    """
    field = ArrayField(models.CharField(max_length=40), default=list, blank=True, verbose_name=label)
    field.labels = lambda: _names(of)
    return field


def _names(kind: str) -> dict[str, str]:
    from .codes import names  # which reads these models

    return names(kind)
