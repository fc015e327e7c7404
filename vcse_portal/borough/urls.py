from django.urls import path, register_converter

from . import views
from .lists import PATHS


class ListConverter:
    """The path of one of the borough's lists: themes, directorates …"""

    regex = "|".join(PATHS)

    def to_python(self, value):
        return PATHS[value]

    def to_url(self, kind):
        return next(path for path, one in PATHS.items() if one == kind)


register_converter(ListConverter, "list")

app_name = "borough"
urlpatterns = [
    path("brand.css", views.brand_css, name="brand_css"),
    path("logo.png", views.logo, name="logo"),
    path("about/<slug:slug>/", views.public_text, name="public_text"),
    path("about/<slug:slug>/edit/", views.public_text_edit, name="public_text_edit"),
    path("borough/settings/", views.settings, name="settings"),
    path("borough/settings/council/", views.council_edit, name="council_edit"),
    path("borough/settings/wards/", views.wards, name="wards"),
    path("borough/settings/<list:kind>/", views.listed, name="listed"),
    path("borough/settings/<list:kind>/add/", views.listed_add, name="listed_add"),
    path("borough/settings/<list:kind>/order/", views.listed_order, name="listed_order"),
    path("borough/settings/<list:kind>/entries/<slug:code>/", views.listed_edit, name="listed_edit"),
    path("borough/settings/<list:kind>/entries/<slug:code>/state/", views.listed_state, name="listed_state"),
]
