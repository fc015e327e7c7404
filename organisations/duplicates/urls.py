from django.urls import path

from . import views

app_name = "duplicates"
urlpatterns = [
    path("duplicates/", views.pairs, name="pairs"),
    path("duplicates/likely/", views.likely, name="likely"),
    path("duplicates/apart/", views.distinctions, name="distinctions"),
    path("duplicates/apart/<int:pk>/withdraw/", views.distinction_withdraw, name="distinction_withdraw"),
    path("duplicates/<int:first>/<int:second>/", views.choose, name="choose"),
    path("duplicates/<int:first>/<int:second>/apart/", views.keep_apart, name="keep_apart"),
    path("duplicates/<int:winner>/<int:loser>/compare/", views.compare, name="compare"),
    path("duplicates/<int:winner>/<int:loser>/merge/", views.merge_organisations, name="merge_organisations"),
    path("merges/", views.merges, name="merges"),
    path("merges/<int:pk>/", views.merge, name="merge"),
    path("merges/<int:pk>/undo/", views.merge_undo, name="merge_undo"),
    path("<int:pk>/merge/", views.start, name="start"),
]
