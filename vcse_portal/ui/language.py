"""The language of a request, said once: while none is, every translated phrase looks for it and fails first."""

from django.utils import translation


class LanguageMiddleware:
    """Makes the language that holds, the council's own, the active one for the time of a request."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        with translation.override(translation.get_language()):
            return self.get_response(request)
