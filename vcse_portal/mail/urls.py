from django.urls import path

from vcse_portal.home.views import front_page as placeholder

app_name = "mail"
urlpatterns = [
    path("confirm/<str:token>/", placeholder, name="confirm"),
    path("leave/<str:token>/", placeholder, name="leave"),
    path("preferences/", placeholder, name="preferences_ask"),
    path("preferences/<str:token>/", placeholder, name="preferences"),
]
