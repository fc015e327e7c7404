from django.urls import path

from .views import checks, officers, people, proposals, registering

app_name = "upkeep"
urlpatterns = [
    path("register/", registering.register, name="register"),
    path("registrations/<int:pk>/", registering.registration, name="registration"),
    path("registrations/<int:pk>/alike/", registering.registration_alike, name="registration_alike"),
    path("registrations/<int:pk>/send/", registering.registration_send, name="registration_send"),
    path("registrations/<int:pk>/sent/", registering.registration_sent, name="registration_sent"),
    path("registrations/<int:pk>/withdraw/", registering.registration_withdraw, name="registration_withdraw"),
    path("registrations/<int:pk>/ask/<slug:step>/", registering.registration_step, name="registration_step"),
    path("<int:pk>/facts/", proposals.facts_propose, name="facts_propose"),
    path("proposals/<int:pk>/", proposals.proposal, name="proposal"),
    path("proposals/<int:pk>/withdraw/", proposals.proposal_withdraw, name="proposal_withdraw"),
    path("<int:pk>/people/invite/", people.member_invite, name="member_invite"),
    path("people/invitations/<int:pk>/withdraw/", people.invitation_withdraw, name="invitation_withdraw"),
    path("people/<int:pk>/decide/", people.membership_decide, name="membership_decide"),
    path("people/<int:pk>/dates/", people.membership_edit, name="membership_edit"),
    path("people/<int:pk>/leave/", people.membership_end, name="membership_end"),
    path("join/<str:token>/", people.member_accept, name="member_accept"),
    path("<int:pk>/confirm/", checks.record_confirm, name="record_confirm"),
    path("entry/<str:token>/", checks.record_check, name="record_check"),
    path("entry/<str:token>/correct/", checks.record_correct, name="record_correct"),
    path("<int:pk>/ask/", officers.record_ask, name="record_ask"),
    path("waiting/", officers.queue, name="queue"),
    path("unconfirmed/", officers.unconfirmed, name="unconfirmed"),
    path("yearly/", officers.yearly, name="yearly"),
]
