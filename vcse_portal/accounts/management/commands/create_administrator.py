"""The first administrator of a fresh installation, or one more when nobody can sign in any longer."""

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError

from vcse_portal.accounts import operations
from vcse_portal.accounts.links import invitation_url
from vcse_portal.accounts.models import Invitation, Role, User


class Command(BaseCommand):
    help = (
        "Make somebody an administrator. A person without an account gets an invitation, by mail and as a link "
        "printed here, good for 14 days and for one use; an account there is already gets the role."
    )

    def add_arguments(self, parser):
        parser.add_argument("email", help="the person's email address")
        parser.add_argument("--name", default="", help="the person's full name")

    def handle(self, *args, email: str, name: str, **options):
        try:
            person = User.objects.filter(email__iexact=email.strip()).first()
            if person and (person.last_login or person.emailaddress_set.filter(verified=True).exists()):
                self._promote(person)
            else:
                self._invite(email, name)
        except ValidationError as refused:
            raise CommandError(" ".join(refused.messages)) from None

    def _promote(self, person: User) -> None:
        roles = {*person.roles, Role.ADMINISTRATOR}
        operations.change_roles(person.pk, roles=roles, directorate=person.directorate, by=None)
        self.stdout.write(f"{person.email} is an administrator now. 1 account changed.")

    def _invite(self, email: str, name: str) -> None:
        waiting = Invitation.objects.open().filter(email__iexact=email.strip()).first()
        if waiting and Role.ADMINISTRATOR in waiting.roles:
            invitation = operations.send_invitation_again(waiting.pk, by=None)
        else:
            invitation = operations.invite_person(email=email, name=name, roles=[Role.ADMINISTRATOR], by=None)
        self.stdout.write(f"1 invitation made. Open this page by {invitation.expires_at:%-d %B %Y}:")
        self.stdout.write(invitation_url(invitation))
