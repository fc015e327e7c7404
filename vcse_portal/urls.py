"""Every address of the portal, room by room."""

from django.conf import settings
from django.urls import include, path

urlpatterns = [
    path("", include("vcse_portal.home.urls")),
    path("", include("vcse_portal.borough.urls")),
    path("accounts/", include("vcse_portal.accounts.urls")),
    path("accounts/", include("allauth.urls")),
    path("mail/", include("vcse_portal.mail.urls")),
    path("imports/", include("vcse_portal.imports.urls")),
    path("search/", include("vcse_portal.search.urls")),
    path("discussion/", include("vcse_portal.discussion.urls")),
    path("organisations/", include("organisations.urls")),
    path("organisations/", include("organisations.upkeep.urls")),
    path("organisations/", include("organisations.duplicates.urls")),
    path("conversations/", include("organisations.conversations.urls")),
    path("forums/", include("organisations.forums.urls")),
    path("events/", include("organisations.events.urls")),
    path("sector/", include("organisations.sector.urls")),
    path("actions/", include("actions.urls")),
    path("compact/", include("compact.urls")),
    path("commissioning/", include("commissioning.urls")),
    path("assets/", include("assets.urls")),
    path("support/", include("vcse_portal.home.support_urls")),
]
if settings.DEBUG:
    urlpatterns += [
        path("styleguide/", include("vcse_portal.ui.urls")),
        path("mailbox/", include("vcse_portal.mail.mailbox_urls")),
    ]

handler400 = "vcse_portal.home.errors.bad_request"
handler403 = "vcse_portal.home.errors.permission_denied"
handler404 = "vcse_portal.home.errors.not_found"
handler429 = "vcse_portal.accounts.limits.too_many_requests"  # asked for by django-allauth
handler500 = "vcse_portal.home.errors.server_error"
