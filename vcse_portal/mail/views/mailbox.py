"""Development's mailbox. Its addresses exist only with DEBUG."""

from csp.constants import NONE, SELF
from csp.decorators import csp_replace, csp_update
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.views.decorators.clickjacking import xframe_options_sameorigin

from vcse_portal.accounts.access import public

from .. import mailbox


@public
def mailbox_list(request):
    return render(request, "mail/pages/mailbox.html", {"letters": mailbox.newest()})


@public
@csp_update({"frame-src": [SELF]})
def mailbox_letter(request, name):
    return render(request, "mail/pages/mailbox_letter.html", {"letter": _letter(name)})


@public
@xframe_options_sameorigin
@csp_replace(
    {
        "default-src": [NONE],
        "script-src": [NONE],
        "style-src": ["'unsafe-inline'"],
        "img-src": ["data:"],
        "form-action": [NONE],
        "frame-ancestors": [SELF],
    }
)
def mailbox_html(request, name):
    """The HTML part as a mail program shows it: no script, no remote picture; links open in the whole window."""
    return HttpResponse('<base target="_top">' + _letter(name).html)


def _letter(name: str) -> mailbox.Letter:
    letter = mailbox.read(name)
    if letter is None:
        raise Http404
    return letter
