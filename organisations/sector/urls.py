"""The sector as a whole, and the register as open data."""

from django.urls import path

from . import openreferral_views as oruk
from . import views

app_name = "sector"
urlpatterns = [
    path("", views.state, name="state"),
    path("figures.csv", views.state_figures, name="state_figures"),
    path("paper/", views.state_paper, name="state_paper"),
    path("paper/make/", views.state_paper_make, name="state_paper_make"),
    # Open Referral UK: the paths are the profile's, which end without a stroke
    path("oruk/", oruk.about, name="oruk"),
    path("oruk/openapi.json", oruk.openapi, name="oruk_openapi"),
    path("oruk/organizations", oruk.organizations, name="oruk_organizations"),
    path("oruk/organizations/<str:wanted>", oruk.organization, name="oruk_organization"),
    path("oruk/taxonomies", oruk.taxonomies, name="oruk_taxonomies"),
    path("oruk/taxonomies/<str:wanted>", oruk.taxonomy, name="oruk_taxonomy"),
    path("oruk/taxonomy_terms", oruk.taxonomy_terms, name="oruk_taxonomy_terms"),
    path("oruk/taxonomy_terms/<str:wanted>", oruk.taxonomy_term, name="oruk_taxonomy_term"),
    path("oruk/services", oruk.nothing_held, name="oruk_services"),
    path("oruk/services/<str:wanted>", oruk.none_of_these, name="oruk_service"),
    path("oruk/service_at_locations", oruk.nothing_held, name="oruk_service_at_locations"),
    path("oruk/service_at_locations/<str:wanted>", oruk.none_of_these, name="oruk_service_at_location"),
]
