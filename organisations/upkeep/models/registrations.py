"""A group asks to be put on the register."""

from uuid import uuid4

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from organisations.models import Organisation
from vcse_portal import history
from vcse_portal.borough.models import code_list_field


class RegistrationQuerySet(models.QuerySet):
    def visible_to(self, user):
        """A person's own; those that were sent, to council people."""
        if not user.is_authenticated:
            return self.none()
        own = models.Q(person=user)
        return self.filter(own | ~models.Q(sent_at=None)) if user.is_council else self.filter(own)

    def open(self):
        return self.filter(status__in=[Registration.Status.DRAFT, Registration.Status.SENT])

    def waiting(self):
        return self.filter(status=Registration.Status.SENT)

    def for_list(self):
        return self.select_related("person", "organisation", "decided_by").order_by("sent_at", "pk")


@history.track()
class Registration(models.Model):
    """What a person says of a group that is not on the register, and of their mandate to speak for it.

    It becomes an organisation, and the person its lead, when a partnerships officer accepts both: until then
    nothing of it is on the register, and a number given here keeps nobody else from using that number.
    """

    class Status(models.TextChoices):
        DRAFT = "draft", _("Draft")
        SENT = "sent", _("With the council")
        ACCEPTED = "accepted", _("Accepted")
        DECLINED = "declined", _("Declined")
        WITHDRAWN = "withdrawn", _("Withdrawn")

    COLOURS = {"draft": "grey", "sent": "yellow", "accepted": "green", "declined": "red", "withdrawn": "grey"}

    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="registrations")
    key = models.UUIDField(unique=True, default=uuid4, editable=False)
    status = models.CharField(max_length=10, choices=Status.choices, default=Status.DRAFT)

    name = models.CharField(_("Name of the group"), max_length=250)
    known_as = models.CharField(_("Also known as"), max_length=250, blank=True)
    summary = models.TextField(_("What it does"), max_length=4000, blank=True)
    themes = code_list_field(_("What it works on"), of="theme")
    postcode = models.CharField(_("Postcode"), max_length=8, blank=True)
    legal_structure = models.CharField(
        _("Legal structure"), max_length=20, choices=Organisation.Structure.choices, blank=True
    )
    charity_number = models.CharField(_("Registered charity number"), max_length=40, blank=True)
    company_number = models.CharField(_("Company number"), max_length=40, blank=True)
    email = models.EmailField(_("The group’s email address"), blank=True)
    is_email_public = models.BooleanField(_("Everyone may see that address"), default=False)
    website = models.URLField(_("Website"), max_length=250, blank=True)
    post = models.CharField(_("Your role in the group"), max_length=150, blank=True)
    not_these = ArrayField(
        models.BigIntegerField(),
        default=list,
        blank=True,
        help_text="Similar records the person was shown and said are another group.",
    )

    created_at = models.DateTimeField(default=timezone.now, editable=False)
    sent_at = models.DateTimeField(null=True, blank=True)
    decided_at = models.DateTimeField(null=True, blank=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    reason = models.TextField(max_length=2000, blank=True)
    organisation = models.ForeignKey(
        Organisation, models.PROTECT, null=True, blank=True, related_name="registrations"
    )

    objects = RegistrationQuerySet.as_manager()

    class Meta:
        ordering = ["-created_at"]
        constraints = [
            models.CheckConstraint(
                name="registration_decided_pair",
                condition=models.Q(decided_at=None, decided_by=None)
                | models.Q(decided_at__isnull=False, decided_by__isnull=False),
            ),
            models.CheckConstraint(
                name="registration_accepted_into_a_record",
                condition=~models.Q(status="accepted") | models.Q(organisation__isnull=False),
            ),
        ]

    def __str__(self):
        return self.name

    def get_absolute_url(self):
        return reverse("upkeep:registration", args=[self.pk])

    @property
    def is_draft(self) -> bool:
        return self.status == self.Status.DRAFT

    @property
    def is_waiting(self) -> bool:
        return self.status == self.Status.SENT

    @property
    def colour(self) -> str:
        return self.COLOURS[self.status]

    @property
    def numbers(self) -> dict[str, str]:
        """Scheme → number as typed, those that were given."""
        from organisations.models import Identifier

        found = {
            Identifier.Scheme.CHARITY: self.charity_number,
            Identifier.Scheme.COMPANY: self.company_number,
        }
        return {scheme.value: number for scheme, number in found.items() if number}
