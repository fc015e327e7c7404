"""Asking, before a new record is made, whether it is there already."""

from django.urls import reverse

from organisations.adding import question
from organisations.models import Identifier
from vcse_portal.ui.forms import PortalForm

from .finding import Likely, likely

DIFFERENT = "is_different"  # the button that says so
WORTH_ASKING = 0.5  # of 1: what is less likely is shown while typing but stops nobody


def likely_of(data, user) -> list[Likely]:
    """Records like what a form of an organisation holds: its name, postcode and numbers as they were typed."""
    numbers = [
        (scheme, text)
        for name, scheme in (
            ("charity_number", Identifier.Scheme.CHARITY),
            ("company_number", Identifier.Scheme.COMPANY),
        )
        if (text := str(data.get(name) or "").strip()[:60])
    ]
    name, postcode = (str(data.get(key) or "").strip()[:250] for key in ("name", "postcode"))
    return likely(name, postcode, numbers, user=user) if len(name) > 2 or numbers else []


@question
def ask_first(form: PortalForm, user) -> list[Likely]:
    """Likely records to be shown before a valid form is saved; none once the person said it is another.

    The form gets the button that says so.
    """
    if DIFFERENT in form.data:
        return []
    found = [one for one in likely_of(form.cleaned_data, user) if one.score >= WORTH_ASKING]
    if found:
        form.more_buttons = [(DIFFERENT, "This is a different organisation, add it")]
    return found


def address() -> str:
    """Where a script asks for the same while somebody is typing."""
    return reverse("duplicates:likely")
