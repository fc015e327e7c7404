"""Fills an empty database with a made-up borough, and says who can sign in."""

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError

from vcse_portal.demo import load
from vcse_portal.demo.people import password, sign_ins


class Command(BaseCommand):
    help = "Fill an empty database with a made-up borough to try things in. Prints who can sign in."

    def add_arguments(self, parser):
        parser.add_argument("--seed", type=int, default=1, help="another number gives another borough")
        parser.add_argument("--if-empty", action="store_true", help="do nothing when there is data already")

    def handle(self, *args, seed, if_empty, **options):
        if load.is_empty() or not if_empty:
            try:
                load.load(seed, say=lambda words: self.stdout.write(f"Making {words}"))
            except ValidationError as error:
                raise CommandError(error.messages[0]) from None
        people = sign_ins()
        if people:
            self.stdout.write(f"\nDemo people, all made up. Their password here: {password()}")
            for one in people:
                self.stdout.write(f"  {one.email:<38}{one.who}")
        self.stdout.write(f"{len(people)} people can sign in")
