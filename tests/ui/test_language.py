"""The language that holds is active while a request is answered, and afterwards what was before."""

from django.http import HttpResponse
from django.test import RequestFactory
from django.utils import translation

from vcse_portal.ui.language import LanguageMiddleware


def seen(request):
    return HttpResponse(str(translation.get_language()))


def test_language_is_the_one_that_holds():
    answer = LanguageMiddleware(seen)
    translation.deactivate()
    assert answer(RequestFactory().get("/")).content == b"en-gb"
    with translation.override("cy"):
        assert answer(RequestFactory().get("/")).content == b"cy"
        assert translation.get_language() == "cy"
    assert translation.get_language() == "en-gb"
