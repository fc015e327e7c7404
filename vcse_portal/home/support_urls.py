"""Django's admin: for technical support only; officers work in the portal's own pages."""

from allauth.account.decorators import secure_admin_login
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount, SocialApp, SocialToken
from allauth.usersessions.models import UserSession
from django.contrib import admin
from django.urls import path

# What signs people in: support that could read or change it could be anybody.
admin.site.unregister([Authenticator, EmailAddress, SocialAccount, SocialApp, SocialToken, UserSession])
admin.site.login = secure_admin_login(admin.site.login)

urlpatterns = [path("", admin.site.urls)]
