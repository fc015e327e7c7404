from django.urls import path

from .views import followups, packs, reading, recording, relationships

app_name = "conversations"
urlpatterns = [
    path("", reading.conversations, name="conversations"),
    path("<int:pk>/", reading.conversation, name="conversation"),
    path("record/", recording.conversation_record, name="conversation_record"),
    path("from-calendar/", recording.conversation_upload, name="conversation_upload"),
    path("from-calendar/entry/", recording.conversation_from_entry, name="conversation_from_entry"),
    path("<int:pk>/edit/", recording.conversation_edit, name="conversation_edit"),
    path("<int:pk>/post/", recording.conversation_post, name="conversation_post"),
    path("<int:pk>/correct/", recording.conversation_correct, name="conversation_correct"),
    path("<int:pk>/discard/", recording.conversation_discard, name="conversation_discard"),
    path("<int:pk>/follow-ups/add/", followups.followup_add, name="followup_add"),
    path("follow-ups/<int:pk>/edit/", followups.followup_edit, name="followup_edit"),
    path("follow-ups/<int:pk>/done/", followups.followup_finish, name="followup_finish"),
    path("follow-ups/<int:pk>/reopen/", followups.followup_reopen, name="followup_reopen"),
    path("relationships/", relationships.relationships, name="relationships"),
    path("relationships/months/", relationships.quiet_months, name="quiet_months"),
    path("relationships/of/<int:pk>/", relationships.manager, name="manager"),
    path("relationships/hand-over/<int:pk>/", relationships.hand_over, name="hand_over"),
    path("handover/<int:pk>/", packs.handover, name="handover"),
    path("handover/<int:pk>/pack.pdf", packs.handover_paper, name="handover_paper"),
    path("champions/", relationships.champions, name="champions"),
    path("champions/<slug:code>/", relationships.champion_name, name="champion_name"),
]
