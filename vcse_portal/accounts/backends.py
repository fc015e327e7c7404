"""Who a session belongs to, asked with every request of everybody who is signed in."""

from allauth.account.auth_backends import AuthenticationBackend

from vcse_portal.prepared import Prepared

from .models import User

with_id = Prepared(lambda pk: User.objects.filter(pk=pk), int)


class AccountBackend(AuthenticationBackend):
    """django-allauth's, with a statement for the person of a session that is written once."""

    def get_user(self, user_id):
        """The person as they are now, or None when they are gone or may no longer sign in."""
        person = next(iter(with_id(int(user_id))), None)
        return person if person is not None and self.user_can_authenticate(person) else None
