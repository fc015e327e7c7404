from django.urls import path

from .views import drafting, reading

app_name = "compact"
urlpatterns = [
    path("", reading.compact, name="compact"),
    path("add/", drafting.document_add, name="document_add"),
    path("signatures/<int:pk>/withdraw/", reading.signature_withdraw, name="signature_withdraw"),
    path("documents/<slug:code>/", reading.document, name="document"),
    path("documents/<slug:code>/versions/", reading.versions, name="versions"),
    path("documents/<slug:code>/draft/", drafting.version_draft, name="version_draft"),
    path("documents/<slug:code>/<int:number>/", reading.version, name="version"),
    path("documents/<slug:code>/<int:number>/signatories/", reading.signatories, name="signatories"),
    path("documents/<slug:code>/<int:number>/sign/", reading.version_sign, name="version_sign"),
    path("documents/<slug:code>/<int:number>/adopt/", drafting.version_adopt, name="version_adopt"),
    path("documents/<slug:code>/<int:number>/edit/", drafting.version_edit, name="version_edit"),
    path(
        "documents/<slug:code>/<int:number>/edit/introduction/",
        drafting.introduction_edit,
        name="introduction_edit",
    ),
    path("documents/<slug:code>/<int:number>/edit/add/", drafting.clause_add, name="clause_add"),
    path("documents/<slug:code>/<int:number>/edit/<int:pk>/", drafting.clause_edit, name="clause_edit"),
    path(
        "documents/<slug:code>/<int:number>/edit/<int:pk>/remove/",
        drafting.clause_remove,
        name="clause_remove",
    ),
]
