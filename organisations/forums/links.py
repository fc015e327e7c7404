"""Signed links in mails by which people without an account open the papers of a meeting."""

from datetime import timedelta

from vcse_portal.mail.links import absolute
from vcse_portal.mail.tokens import Purpose

from .models import Paper

PAPER = Purpose("forums.paper", timedelta(days=180))


def paper_link(paper: Paper) -> str:
    """An address that opens this one paper for half a year, for whoever was sent it."""
    return absolute("forums:paper_by_link", PAPER.token(paper=paper.pk))
