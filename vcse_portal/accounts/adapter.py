"""What our house asks of django-allauth."""

from allauth.account.adapter import DefaultAccountAdapter
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter


class AccountAdapter(DefaultAccountAdapter):
    pass


class CouncilAccountAdapter(DefaultSocialAccountAdapter):
    pass
