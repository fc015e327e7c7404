from django.urls import path

from . import views

app_name = "assets"
urlpatterns = [
    path("", views.assets, name="assets"),
    path("add/", views.asset_add, name="asset_add"),
    path("<int:pk>/", views.asset, name="asset"),
    path("<int:pk>/edit/", views.asset_edit, name="asset_edit"),
]
