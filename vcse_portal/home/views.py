"""Front page, and what needs me."""

from django.db.models import Count, Q
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from actions.models import Action, Plan, Status
from commissioning.circulars.models import Circular
from commissioning.models import Intention
from organisations.models import Organisation
from vcse_portal.accounts.access import public
from vcse_portal.mail.digest import Urgency, what_needs

OPEN_SHOWN = 5


@public
@require_safe
def front_page(request):
    user, today = request.user, timezone.localdate()
    return render(
        request,
        "home/front_page.html",
        {
            "intentions": Intention.objects.visible_to(user).open_for_comment(today)[:OPEN_SHOWN],
            "circular": Circular.objects.approved().order_by("-period").first(),
            "figures": _figures(user),
        },
    )


def _figures(user) -> list[tuple[int, str, str]]:
    """Figures anyone may check by following them: number, what it counts, address. One query each."""
    organisations = Organisation.objects.published().active().count()
    undertaken = Action.objects.filter(plan__in=Plan.objects.visible_to(user).current())
    done = Count("pk", filter=Q(status=Status.COMPLETE))
    actions = undertaken.aggregate(all=Count("pk"), done=done)
    figures = [(organisations, _("organisations in the register"), reverse("organisations:directory"))]
    if actions["all"]:
        words = _("of %(n)s promised actions done") % {"n": actions["all"]}
        figures.append((actions["done"], words, reverse("actions:plans")))
    return figures


@require_safe
def what_needs_me(request):
    """Everything that waits for the reader, most urgent first; only deeds, no news."""
    waiting = what_needs(request.user, timezone.localdate())
    groups = [(u.label, [due for due in waiting if due.urgency == u]) for u in Urgency]
    return render(
        request,
        "home/what_needs_me.html",
        {"groups": [(label, dues) for label, dues in groups if dues], "count": len(waiting)},
    )
