"""Brings registered charities onto the register from a file."""

from vcse_portal.imports.command import ImportCommand


class Command(ImportCommand):
    help = "Import organisations from a file; its headings tell which register it came from."
    kinds = ("charity_register", "find_that_charity")
