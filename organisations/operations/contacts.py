"""Ways to reach an organisation, with consent to publish each."""

from uuid import UUID

from django.db import transaction

from vcse_portal import history
from vcse_portal.accounts.models import User
from vcse_portal.ui.conflict import check_version

from ..models import Contact, Organisation
from .clicks import of_first_click, touch


@transaction.atomic
def save_contact(
    organisation_id: int,
    *,
    by: User,
    channel: str,
    value: str,
    consent: str,
    name: str = "",
    post: str = "",
    contact_id: int | None = None,
    key: UUID | None = None,
    version: int | None = None,
) -> Contact:
    """Add or change a way to reach the organisation, with its consent to publish. The organisation's history says so.

    Raises Conflict when somebody else saved the contact since `version`.
    """
    organisation = Organisation.objects.select_for_update().get(pk=organisation_id)
    if key and not contact_id and (first := of_first_click(organisation.contacts.all(), key)):
        return first
    with history.deed("contact saved", by=by):
        new = Contact(organisation=organisation, version=0, **({"key": key} if key else {}))
        contact = organisation.contacts.get(pk=contact_id) if contact_id else new
        check_version(contact, version if contact_id else None)
        contact.version += 1
        contact.channel, contact.value, contact.consent = channel, value, consent
        contact.name, contact.post = name, post
        contact.full_clean()
        contact.save()
        touch(organisation)
    return contact


@transaction.atomic
def remove_contact(organisation_id: int, contact_id: int, *, by: User) -> None:
    """Take a contact off the record; the history keeps that there was one."""
    organisation = Organisation.objects.select_for_update().get(pk=organisation_id)
    with history.deed("contact removed", by=by):
        deleted, _by_model = organisation.contacts.filter(pk=contact_id).delete()
        if deleted:
            touch(organisation)
