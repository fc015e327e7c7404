"""For pages that are one button: do it and say so, or say why not."""

from django.contrib import messages
from django.core.exceptions import ValidationError


def do_and_say(request, said: str, operation, *args, **kwargs) -> None:
    try:
        operation(*args, **kwargs)
    except ValidationError as refused:
        messages.error(request, " ".join(refused.messages))
    else:
        messages.success(request, said)
