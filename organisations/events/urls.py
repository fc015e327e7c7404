from django.urls import path

from .views import afterwards, links, listing, record, sign_ups

app_name = "events"
urlpatterns = [
    path("", listing.events, name="events"),
    path("calendar.ics", listing.calendar, name="calendar"),
    path("figures/", listing.figures, name="figures"),
    path("new/", record.event_record, name="event_record"),
    path("<int:pk>/", record.event, name="event"),
    path("<int:pk>/event.ics", record.event_calendar, name="event_calendar"),
    path("<int:pk>/edit/", record.event_edit, name="event_edit"),
    path("<int:pk>/publish/", record.event_publish, name="event_publish"),
    path("<int:pk>/cancel/", record.event_cancel, name="event_cancel"),
    path("<int:pk>/sign-up/", sign_ups.sign_up, name="sign_up"),
    path("<int:pk>/check-your-inbox/", sign_ups.check_your_inbox, name="check_your_inbox"),
    path("<int:pk>/people/", sign_ups.people, name="people"),
    path("<int:pk>/people/add/", sign_ups.person_add, name="person_add"),
    path("<int:pk>/people/<int:person_pk>/leave/", sign_ups.person_leave, name="person_leave"),
    path("<int:pk>/attendance/", afterwards.attendance, name="attendance"),
    path("<int:pk>/notes/", afterwards.notes_edit, name="notes_edit"),
    path("confirm/<str:token>/", links.sign_up_confirm, name="sign_up_confirm"),
    path("place/<str:token>/", links.place, name="place"),
    path("place/<str:token>/event.ics", links.place_calendar, name="place_calendar"),
    path("feedback/<str:token>/", links.feedback, name="feedback"),
]
