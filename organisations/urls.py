from django.urls import path

from . import views

app_name = "organisations"
urlpatterns = [
    path("", views.directory, name="directory"),
    path("mine/", views.mine, name="mine"),
    path("add/", views.organisation_add, name="organisation_add"),
    path("<int:pk>/", views.organisation, name="organisation"),
    path("<int:pk>/edit/", views.organisation_edit, name="organisation_edit"),
    path("<int:pk>/contacts/add/", views.contact_add, name="contact_add"),
    path("<int:pk>/contacts/<int:contact_pk>/", views.contact_edit, name="contact_edit"),
    path("<int:pk>/contacts/<int:contact_pk>/remove/", views.contact_remove, name="contact_remove"),
    path("<int:pk>/people/", views.people, name="people"),
    path("<int:pk>/people/ask/", views.membership_ask, name="membership_ask"),
    path("people/<int:pk>/confirm/", views.membership_confirm, name="membership_confirm"),
    path("people/<int:pk>/end/", views.membership_end, name="membership_end"),
]
