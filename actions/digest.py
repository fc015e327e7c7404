"""What waits for each person here: actions to update, reports to finish, for officers and partner leads alike."""

from collections.abc import Iterator
from datetime import date, timedelta

from django.db.models import Case, F, IntegerField, Q, QuerySet, Value, When
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from organisations.models import Organisation
from vcse_portal.mail import digest

from .models import Action, MonitoringReport, Plan
from .models.action import DUE_SOON_DAYS, QUIET_DAYS
from .permissions import KEEPERS

MOST = 50
WORST_FIRST = Case(
    *(
        When(shown_rag=code, then=Value(place))
        for place, code in enumerate(["red", "amber", "none", "green"])
    ),
    default=Value(9),
    output_field=IntegerField(),
)


@digest.source
def actions_to_update(user, today: date) -> Iterator[digest.Due]:
    """Actions a person leads, and for an officer their directorate's: overdue, due within a fortnight, or quiet.

    Quiet is no update for 90 days. Red ones come first.
    """
    for action in needing_update(user, today)[:MOST]:
        yield digest.Due(
            what=_("Action %(number)s: %(title)s. %(why)s")
            % {"number": action.number, "title": action.title, "why": _why(action, today)},
            url=reverse("actions:action", args=[action.pk]),
            due_on=action.due_on,
            verb=_("Post an update"),
            urgency=digest.Urgency.OVERDUE if action.shown_rag == "red" else None,
            group=_("Action plan"),
        )


def needing_update(user, today: date) -> QuerySet[Action]:
    """The rule of the digest as one query."""
    quiet = Q(updated_at__date__lte=today - timedelta(days=QUIET_DAYS)) | Q(
        updated_at=None, plan__adopted_on__lte=today - timedelta(days=QUIET_DAYS)
    )
    soon = Q(due_on__lte=today + timedelta(days=DUE_SOON_DAYS))
    mine = Q(lead=user) | Q(lead_organisation__in=Organisation.objects.spoken_for_by(user).values("pk"))
    if user.is_officer and user.directorate_id:
        mine |= Q(directorate=user.directorate_id)
    return (
        Action.objects.open()
        .filter(soon | quiet, mine, plan__status=Plan.Status.CURRENT)
        .rated(today)
        .order_by(WORST_FIRST, F("due_on").asc(nulls_last=True), "number")
    )


def _why(action: Action, today: date) -> str:
    if action.is_overdue(today):
        return _("Overdue.")
    if action.due_on and action.due_on <= today + timedelta(days=DUE_SOON_DAYS):
        return _("Due soon.")
    if not action.updated_at:
        return _("No update yet.")
    last = date_format(timezone.localdate(action.updated_at), "j F Y")
    return _("No update since %(date)s.") % {"date": last}


@digest.source
def reports_to_finish(user, today: date) -> Iterator[digest.Due]:
    """Reports that could not be made, and papers ready to be published, for those who keep the plans."""
    if not user.has_role(*KEEPERS):
        return
    verbs = {"failed": "Try again", "ready": "Publish report"}
    waiting = MonitoringReport.objects.filter(state__in=verbs, published_at=None).for_list()
    for report in waiting[:MOST]:
        yield digest.Due(
            what=report.title,
            url=reverse("actions:report", args=[report.pk]),
            due_on=report.meeting_on,
            verb=verbs[report.state],
            group="Monitoring reports",
        )
