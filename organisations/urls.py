from django.urls import path

from .views import contacts, directory, links, numbers, people, record

app_name = "organisations"
urlpatterns = [
    path("", directory.directory, name="directory"),
    path("map/", directory.map, name="map"),
    path("mine/", people.mine, name="mine"),
    path("add/", record.organisation_add, name="organisation_add"),
    path("<int:pk>/", record.organisation, name="organisation"),
    path("<int:pk>/edit/", record.organisation_edit, name="organisation_edit"),
    path("<int:pk>/contacts/add/", contacts.contact_add, name="contact_add"),
    path("<int:pk>/contacts/<int:contact_pk>/", contacts.contact_edit, name="contact_edit"),
    path("<int:pk>/contacts/<int:contact_pk>/remove/", contacts.contact_remove, name="contact_remove"),
    path("<int:pk>/numbers/", numbers.numbers, name="numbers"),
    path("<int:pk>/numbers/<int:number_pk>/", numbers.number_check, name="number_check"),
    path("<int:pk>/numbers/<int:number_pk>/remove/", numbers.number_remove, name="number_remove"),
    path("infrastructure/", links.infrastructure, name="infrastructure"),
    path("<int:pk>/ties/", links.links, name="links"),
    path("<int:pk>/ties/add/", links.link_add, name="link_add"),
    path("<int:pk>/ties/<int:link_pk>/end/", links.link_end, name="link_end"),
    path("<int:pk>/people/", people.people, name="people"),
    path("<int:pk>/people/ask/", people.membership_ask, name="membership_ask"),
    path("people/<int:pk>/confirm/", people.membership_confirm, name="membership_confirm"),
    path("people/<int:pk>/take-back/", people.membership_take_back, name="membership_take_back"),
]
