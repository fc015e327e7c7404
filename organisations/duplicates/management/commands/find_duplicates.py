from django.core.management.base import BaseCommand

from organisations.duplicates.pairs import find_pairs


class Command(BaseCommand):
    help = (
        "Look through the register for records that may be the same organisation. Runs each night by itself."
    )

    def handle(self, **options):
        number = find_pairs()
        self.stdout.write(f"{number:,} likely {'pair' if number == 1 else 'pairs'}.")
