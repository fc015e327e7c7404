"""Addresses of plans, actions and reports, below /actions/."""

from django.urls import path

from .views import actions, plans, reports

app_name = "actions"
urlpatterns = [
    path("", plans.plans, name="plans"),
    path("new/", plans.plan_record, name="plan_record"),
    path("plans/<slug:code>/", plans.plan, name="plan"),
    path("plans/<slug:code>/edit/", plans.plan_edit, name="plan_edit"),
    path("plans/<slug:code>/adopt/", plans.plan_adopt, name="plan_adopt"),
    path("plans/<slug:code>/close/", plans.plan_close, name="plan_close"),
    path("plans/<slug:code>/ambitions/new/", plans.ambition_record, name="ambition_record"),
    path("ambitions/<int:pk>/edit/", plans.ambition_edit, name="ambition_edit"),
    path("plans/<slug:code>/actions/new/", actions.action_record, name="action_record"),
    path("raise/<int:pk>/", actions.action_raise, name="action_raise"),
    path("<int:pk>/", actions.action, name="action"),
    path("<int:pk>/edit/", actions.action_edit, name="action_edit"),
    path("<int:pk>/updates/", actions.update_post, name="update_post"),
    path("plans/<slug:code>/reports/", reports.reports, name="reports"),
    path("plans/<slug:code>/reports/new/", reports.report_start, name="report_start"),
    path("reports/<int:pk>/", reports.report, name="report"),
    path("reports/<int:pk>/edit/", reports.report_edit, name="report_edit"),
    path("reports/<int:pk>/freeze/", reports.report_freeze, name="report_freeze"),
    path("reports/<int:pk>/paper/make/", reports.report_make, name="report_make"),
    path("reports/<int:pk>/paper/progress/", reports.report_progress, name="report_progress"),
    path("reports/<int:pk>/paper/", reports.report_paper, name="report_paper"),
    path("reports/<int:pk>/figures/", reports.report_figures, name="report_figures"),
    path("reports/<int:pk>/clearances/new/", reports.clearance_record, name="clearance_record"),
    path("reports/<int:pk>/publish/", reports.report_publish, name="report_publish"),
]
