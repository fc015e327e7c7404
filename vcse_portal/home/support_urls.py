"""Django's admin: for technical support only; officers work in the portal's own pages."""

from allauth.account.decorators import secure_admin_login
from django.contrib import admin
from django.urls import path

admin.site.login = secure_admin_login(admin.site.login)

urlpatterns = [path("", admin.site.urls)]
