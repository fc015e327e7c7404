"""Adds made-up organisations in any number."""

from django.core.management.base import BaseCommand, CommandError

from vcse_portal.demo.generate import generate


class Command(BaseCommand):
    help = "Add N made-up organisations to the register, for load tests. The same seed gives the same ones."

    def add_arguments(self, parser):
        parser.add_argument("number", type=int, metavar="N")
        parser.add_argument("--seed", type=int, default=1)

    def handle(self, *args, number, seed, **options):
        if not 0 < number <= 1_000_000:
            raise CommandError("Give a number from 1 to 1,000,000.")
        self.stdout.write(f"{generate(number, seed=seed)} organisations added")
