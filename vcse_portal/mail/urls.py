from django.urls import path, register_converter

from .views import outbox, subscriptions


class DeedConverter:
    regex = "|".join(outbox.DEEDS)
    to_python = to_url = staticmethod(str)


register_converter(DeedConverter, "outbox_deed")

app_name = "mail"
urlpatterns = [
    path("subscribe/", subscriptions.subscribe, name="subscribe"),
    path("subscribe/check-your-inbox/", subscriptions.check_your_inbox, name="check_your_inbox"),
    path("confirm/<str:token>/", subscriptions.confirm_page, name="confirm"),
    path("leave/<str:token>/", subscriptions.leave_page, name="leave"),
    path("preferences/", subscriptions.preferences_ask, name="preferences_ask"),
    path("preferences/<str:token>/", subscriptions.preferences, name="preferences"),
    path("outbox/", outbox.outbox, name="outbox"),
    path("outbox/<int:pk>/", outbox.outbox_message, name="outbox_message"),
    path("outbox/<int:pk>/progress/", outbox.outbox_progress, name="outbox_progress"),
    path("outbox/<int:pk>/<outbox_deed:name>/", outbox.outbox_deed, name="outbox_deed"),
]
