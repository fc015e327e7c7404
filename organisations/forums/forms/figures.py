"""How far back figures look."""

from django.utils.translation import gettext_lazy as _

from vcse_portal.ui.forms import FilterForm, WholeNumberField


class MeetingsBackForm(FilterForm):
    submit = _("Look again")

    meetings = WholeNumberField(label=_("Count the latest meetings"), min_value=1, max_value=24)
