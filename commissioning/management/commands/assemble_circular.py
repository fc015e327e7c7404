"""Assemble the circular of a month from what has been published since the last one."""

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from commissioning.circulars.operations import assemble_circular


class Command(BaseCommand):
    help = (
        "Make the draft circular of a month, of all that was published since the last one that went out. "
        "Nothing is sent until an officer approves it. Running it again changes nothing."
    )

    def add_arguments(self, parser):
        parser.add_argument("--month", metavar="YYYY-MM", help="Default: this month.")

    def handle(self, *, month, **options):
        month = month or f"{timezone.localdate():%Y-%m}"
        try:
            circular, is_new = assemble_circular(month)
        except ValidationError as refused:
            raise CommandError(" ".join(refused.messages)) from refused
        entries = circular.entries.count()
        state = "assembled" if is_new else f"already there ({circular.get_state_display().lower()})"
        self.stdout.write(f"{circular.title}: {state}, {entries} entr{'y' if entries == 1 else 'ies'}.")
