"""Front page and what needs me."""

from django.http import HttpResponse

from vcse_portal.accounts.access import public


@public
def front_page(request):
    return HttpResponse("The portal is being built.")
