"""Makes the search entries anew from the things themselves."""

from django.core.management.base import BaseCommand

from vcse_portal.search.registry import rebuild, rebuild_words, sources


class Command(BaseCommand):
    help = "Make the search entries of one kind, or of all, anew. Pages go on answering meanwhile."

    def add_arguments(self, parser):
        parser.add_argument(
            "kinds", nargs="*", choices=[*sources, []], help="which kinds; all when none is named"
        )

    def handle(self, *args, kinds, **options):
        for kind in kinds or sources:
            self.stdout.write(f"{kind}: {rebuild(kind)} entries")
        rebuild_words()
