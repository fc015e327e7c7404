"""What this room gives the monthly circular: actions completed, plans adopted and reports published."""

from collections.abc import Iterator
from datetime import datetime, time

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from vcse_portal.mail import circular

from .models import Action, MonitoringReport, Plan


@circular.source
def actions_completed(since: datetime, until: datetime) -> Iterator[circular.Entry]:
    done = Action.objects.exclude(plan__status=Plan.Status.DRAFT).filter(
        completed_at__gte=since, completed_at__lt=until
    )
    for action in done.select_related("plan"):
        yield circular.Entry(
            section=circular.Section.NEWS,
            title=_("Done: %(title)s") % {"title": action.title},
            summary=_("Action %(number)s of %(plan)s is complete. Led by %(lead)s.")
            % {"number": action.number, "plan": action.plan.title, "lead": action.lead_post},
            url=reverse("actions:action", args=[action.pk]),
            at=action.completed_at,
        )


@circular.source
def plans_adopted(since: datetime, until: datetime) -> Iterator[circular.Entry]:
    days = (timezone.localdate(since), timezone.localdate(until))
    for plan in Plan.objects.adopted().filter(adopted_on__gte=days[0], adopted_on__lt=days[1]):
        yield circular.Entry(
            section=circular.Section.NEWS,
            title=_("Adopted: %(title)s") % {"title": plan.title},
            summary=plan.summary[:300],
            url=plan.get_absolute_url(),
            at=timezone.make_aware(datetime.combine(plan.adopted_on, time())),
        )


@circular.source
def reports_published(since: datetime, until: datetime) -> Iterator[circular.Entry]:
    for report in MonitoringReport.objects.for_list().filter(published_at__gte=since, published_at__lt=until):
        yield circular.Entry(
            section=circular.Section.NEWS,
            title=report.title,
            summary=_("The yearly report on %(plan)s can now be read.") % {"plan": report.plan.title},
            url=report.get_absolute_url(),
            at=report.published_at,
        )
