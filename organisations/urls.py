from django.urls import path

from .views import contacts, directory, people, record

app_name = "organisations"
urlpatterns = [
    path("", directory.directory, name="directory"),
    path("mine/", people.mine, name="mine"),
    path("add/", record.organisation_add, name="organisation_add"),
    path("<int:pk>/", record.organisation, name="organisation"),
    path("<int:pk>/edit/", record.organisation_edit, name="organisation_edit"),
    path("<int:pk>/contacts/add/", contacts.contact_add, name="contact_add"),
    path("<int:pk>/contacts/<int:contact_pk>/", contacts.contact_edit, name="contact_edit"),
    path("<int:pk>/contacts/<int:contact_pk>/remove/", contacts.contact_remove, name="contact_remove"),
    path("<int:pk>/people/", people.people, name="people"),
    path("<int:pk>/people/ask/", people.membership_ask, name="membership_ask"),
    path("people/<int:pk>/confirm/", people.membership_confirm, name="membership_confirm"),
    path("people/<int:pk>/end/", people.membership_end, name="membership_end"),
]
