"""Background work: ids in, one operation called."""

from celery import shared_task

from . import operations


@shared_task(name="actions.render_report")
def render_report(report_id: int) -> None:
    operations.render_report(report_id)


@shared_task(name="actions.resume_reports")
def resume_reports() -> None:
    """Once a minute: finds papers whose worker was killed."""
    operations.resume_reports()
