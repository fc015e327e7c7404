from django.urls import path

from . import views

app_name = "accounts"
urlpatterns = [
    path("", views.your_account, name="your_account"),
    path("name/", views.rename_yourself, name="rename_yourself"),
    path("no-roles/", views.no_roles, name="no_roles"),
    path("people/", views.people, name="people"),
    path("people/<int:pk>/", views.person, name="person"),
    path("people/<int:pk>/name/", views.person_rename, name="person_rename"),
    path("people/<int:pk>/roles/", views.person_roles, name="person_roles"),
    path("people/<int:pk>/close/", views.person_deactivate, name="person_deactivate"),
    path("people/<int:pk>/open/", views.person_reactivate, name="person_reactivate"),
    path("invitations/", views.invitations, name="invitations"),
    path("invitations/new/", views.invite_person, name="invite_person"),
    path("invitations/<int:pk>/send-again/", views.invitation_send_again, name="invitation_send_again"),
    path("invitations/<int:pk>/withdraw/", views.invitation_withdraw, name="invitation_withdraw"),
    path("invitation/<str:token>/", views.accept_invitation, name="accept_invitation"),
]
