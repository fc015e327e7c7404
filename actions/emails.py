"""The mails of this room: one function each, called inside the operation's transaction."""

from django.utils.translation import gettext as _

from vcse_portal.mail.links import absolute
from vcse_portal.mail.outbox import queue_mail

from .models import Action, MonitoringReport, Update


def lead_named(action: Action) -> None:
    """To the person who will keep an action up to date, when somebody else named them."""
    queue_mail(
        kind="action_lead_named",
        key=f"action_lead_named:{action.pk}:{action.lead_id}:{action.version}",
        to=action.lead,
        subject=_("You now lead action %(number)s: %(title)s")
        % {"number": action.number, "title": action.title},
        template="actions/lead_named",
        context={"action": action, "url": absolute("actions:action", action.pk)},
        because=_("You were named as the person who keeps this action up to date."),
        about=action,
    )


def update_posted(update: Update) -> None:
    """To the person who leads an action, when somebody else said how it goes."""
    action = update.action
    if not action.lead_id or action.lead_id == update.author_id:
        return
    queue_mail(
        kind="action_update_posted",
        key=f"action_update_posted:{update.pk}",
        to=action.lead,
        subject=_("New update on action %(number)s: %(title)s")
        % {"number": action.number, "title": action.title},
        template="actions/update_posted",
        context={"action": action, "update": update, "url": absolute("actions:action", action.pk)},
        because=_("You lead this action."),
        about=action,
    )


def report_ready(report: MonitoringReport) -> None:
    """To the officer who asked for a report's paper, once it is made."""
    _report_mail(report, "report_ready", f"Ready to download: {report.title}")


def report_failed(report: MonitoringReport) -> None:
    """To the officer who asked for a report's paper, when it could not be made."""
    _report_mail(report, "report_failed", f"Not made: {report.title}")


def _report_mail(report: MonitoringReport, kind: str, subject: str) -> None:
    if report.asked_by is None:
        return
    queue_mail(
        kind=kind,
        key=f"{kind}:{report.pk}:{report.asked_at:%Y%m%d%H%M%S%f}",
        to=report.asked_by,
        subject=subject,
        template=f"actions/{kind}",
        context={"report": report, "url": absolute("actions:report", report.pk)},
        because="You asked for this report to be made.",
        about=report,
    )
