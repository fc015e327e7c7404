"""A person's account, and an invitation to have one."""

from django.contrib.auth.models import AbstractBaseUser, BaseUserManager
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models.functions import Lower
from django.utils import timezone
from django.utils.crypto import salted_hmac

from vcse_portal import history


class Role(models.TextChoices):
    """What the council lets a person do. Stored codes; the words may change, the codes may not."""

    PARTNERSHIPS = "partnerships", "Partnerships"
    COMMISSIONING = "commissioning", "Commissioning"
    PROPERTY = "property", "Property"
    PERFORMANCE = "performance", "Performance"
    ADMINISTRATOR = "administrator", "Administrator"
    COUNCILLOR = "councillor", "Councillor"


OFFICER_ROLES = frozenset(
    {Role.PARTNERSHIPS, Role.COMMISSIONING, Role.PROPERTY, Role.PERFORMANCE, Role.ADMINISTRATOR}
)


class UserQuerySet(models.QuerySet):
    def active(self):
        return self.filter(is_active=True)

    def officers(self):
        return self.active().filter(roles__overlap=sorted(OFFICER_ROLES))

    def with_role(self, role: str):
        return self.active().filter(roles__contains=[role])

    def matching(self, words: str):
        """People whose name, job title or address contains every word typed."""
        found = self
        for word in words.split()[:5]:
            found = found.filter(
                models.Q(name__icontains=word)
                | models.Q(post__icontains=word)
                | models.Q(email__icontains=word)
            )
        return found

    def for_list(self):
        return self.select_related("directorate").order_by("name", "email", "pk")

    def visible_to(self, user):
        """Council people know every account; anyone else only their own."""
        if user.is_authenticated and user.is_council:
            return self
        return self.filter(pk=user.pk)


class UserManager(BaseUserManager.from_queryset(UserQuerySet)):
    def get_by_natural_key(self, email):
        return self.get(email__iexact=email)

    def create_user(self, email: str, password: str | None = None, **fields) -> "User":
        user = self.model(email=self.normalize_email(email).lower(), **fields)
        user.set_password(password)
        user.save()
        return user

    def create_superuser(self, email: str, password: str | None = None, **fields) -> "User":
        fields.setdefault("roles", [Role.ADMINISTRATOR])
        return self.create_user(email, password, is_superuser=True, **fields)


@history.track(exclude=("password", "last_login", "session_epoch", "version"))
class User(AbstractBaseUser):
    email = models.EmailField("email address", unique=True)
    name = models.CharField(max_length=150, blank=True)
    post = models.CharField("job title", max_length=150, blank=True)
    directorate = models.ForeignKey(
        "borough.Directorate", models.PROTECT, null=True, blank=True, related_name="people"
    )
    roles = ArrayField(models.CharField(max_length=20, choices=Role.choices), default=list, blank=True)
    is_active = models.BooleanField(default=True)
    is_superuser = models.BooleanField("technical support", default=False)
    date_joined = models.DateTimeField(default=timezone.now, editable=False)
    session_epoch = models.PositiveIntegerField(
        default=1, editable=False, help_text="Counts up when every session of this person must end."
    )
    version = models.PositiveIntegerField(default=1, editable=False)

    objects = UserManager()

    USERNAME_FIELD = EMAIL_FIELD = "email"
    REQUIRED_FIELDS: list[str] = []

    class Meta:
        ordering = ["name", "email"]
        constraints = [
            models.UniqueConstraint(Lower("email"), name="user_email_any_case"),
            models.CheckConstraint(
                name="user_roles_known", condition=models.Q(roles__contained_by=[r.value for r in Role])
            ),
        ]

    def __str__(self):
        return self.display_name

    @property
    def display_name(self) -> str:
        return self.name or self.email.split("@")[0]

    def get_full_name(self) -> str:
        return self.display_name

    get_short_name = get_full_name

    @property
    def role_names(self) -> list[str]:
        return [role.label for role in Role if role in self.roles]

    def _get_session_auth_hash(self, secret=None) -> str:
        """Signed into every session: one made under another password or epoch is no longer good."""
        return salted_hmac(
            "vcse_portal.accounts.session",
            f"{self.password}:{self.session_epoch}",
            secret=secret,
            algorithm="sha256",
        ).hexdigest()

    def has_role(self, *roles: str) -> bool:
        """Whether the person holds any of the roles; an administrator does not thereby hold the others."""
        return self.is_active and not set(roles).isdisjoint(self.roles)

    @property
    def is_officer(self) -> bool:
        return self.has_role(*OFFICER_ROLES)

    @property
    def is_councillor(self) -> bool:
        return self.has_role(Role.COUNCILLOR)

    @property
    def is_council(self) -> bool:
        """Officer or councillor: reads what officers read."""
        return self.is_officer or self.is_councillor

    @property
    def is_administrator(self) -> bool:
        return self.has_role(Role.ADMINISTRATOR)

    @property
    def needs_second_factor(self) -> bool:
        from django.conf import settings

        always = self.is_administrator or self.is_staff
        return always or (settings.OFFICERS_NEED_SECOND_FACTOR and self.is_council)

    # What Django's admin, kept for technical support, asks.
    @property
    def is_staff(self) -> bool:
        return self.is_active and self.is_superuser

    def has_perm(self, perm, obj=None) -> bool:
        return self.is_staff

    def has_module_perms(self, app_label) -> bool:
        return self.is_staff


class InvitationQuerySet(models.QuerySet):
    def visible_to(self, user):
        return self if user.is_authenticated and user.is_administrator else self.none()

    def open(self, now=None):
        return self.filter(accepted_at=None, withdrawn_at=None, expires_at__gt=now or timezone.now())

    def for_list(self):
        return self.select_related("directorate", "invited_by", "accepted_by").order_by("-invited_at", "-pk")


@history.track()
class Invitation(models.Model):
    """Asks one person to open an account with the roles an administrator chose. The link is signed, used once."""

    email = models.EmailField("email address")
    name = models.CharField(max_length=150, blank=True)
    post = models.CharField("job title", max_length=150, blank=True)
    directorate = models.ForeignKey(
        "borough.Directorate", models.PROTECT, null=True, blank=True, related_name="+"
    )
    roles = ArrayField(models.CharField(max_length=20, choices=Role.choices), default=list, blank=True)
    invited_by = models.ForeignKey(
        User,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        help_text="Nobody: the first administrator.",
    )
    invited_at = models.DateTimeField(default=timezone.now)
    expires_at = models.DateTimeField()
    accepted_at = models.DateTimeField(null=True, blank=True)
    accepted_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    withdrawn_at = models.DateTimeField(null=True, blank=True)

    objects = InvitationQuerySet.as_manager()

    class Meta:
        ordering = ["-invited_at"]
        constraints = [
            models.UniqueConstraint(
                Lower("email"),
                condition=models.Q(accepted_at=None, withdrawn_at=None),
                name="one_open_invitation_an_address",
            ),
            models.CheckConstraint(
                name="invitation_accepted_pair",
                condition=models.Q(accepted_at=None, accepted_by=None)
                | models.Q(accepted_at__isnull=False, accepted_by__isnull=False),
            ),
        ]

    def __str__(self):
        return f"Invitation to {self.email}"

    @property
    def role_names(self) -> list[str]:
        return [role.label for role in Role if role in self.roles]

    def state(self, now=None) -> str:
        """One of "accepted", "withdrawn", "expired" and "open"."""
        if self.accepted_at:
            return "accepted"
        if self.withdrawn_at:
            return "withdrawn"
        return "open" if self.expires_at > (now or timezone.now()) else "expired"
