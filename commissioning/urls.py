from django.urls import include, path

from . import views

app_name = "commissioning"
urlpatterns = [
    path("intentions/", views.intentions, name="intentions"),
    path("intentions/new/", views.intention_record, name="intention_record"),
    path("intentions/<int:pk>/", views.intention, name="intention"),
    path("intentions/<int:pk>/comment/", views.intention_comment, name="intention_comment"),
    path("intentions/<int:pk>/edit/", views.intention_edit, name="intention_edit"),
    path("intentions/<int:pk>/publish/", views.intention_publish, name="intention_publish"),
    path("intentions/<int:pk>/stage/", views.intention_move, name="intention_move"),
    path("intentions/<int:pk>/withdraw/", views.intention_withdraw, name="intention_withdraw"),
    path("circulars/", include("commissioning.circulars.urls")),
]
