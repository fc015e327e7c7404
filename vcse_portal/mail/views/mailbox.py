"""Development's mailbox. Its addresses exist only with DEBUG, and would find nothing without."""

from csp.constants import NONE, SELF
from csp.decorators import csp_replace, csp_update
from django.conf import settings
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.views.decorators.clickjacking import xframe_options_sameorigin

from vcse_portal.accounts.access import public

from .. import mailbox


@public
def mailbox_list(request):
    _only_in_development()
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


def _only_in_development() -> None:
    if not settings.DEBUG:
        raise Http404


def _letter(name: str) -> mailbox.Letter:
    _only_in_development()
    letter = mailbox.read(name)
    if letter is None:
        raise Http404
    return letter
