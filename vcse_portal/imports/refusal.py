"""Why a whole file is refused."""

from django.core.exceptions import ValidationError


class Refused(ValidationError):
    """The file as a whole cannot be taken. Its message is a sentence for the person who sent it."""

    def __str__(self):
        return " ".join(self.messages)
