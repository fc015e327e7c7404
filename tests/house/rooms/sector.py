"""The sector's figures kept of last year, a paper, and the register's ids as open data gives them."""

from datetime import timedelta

from django.utils import timezone

from organisations.sector import openreferral, operations
from organisations.sector.figures import count
from organisations.sector.models import Paper

ARGUMENTS = {}
NEEDS = {
    f"sector:oruk_{name}": kind
    for name, kind in (
        ("organization", "id of open data"),
        ("taxonomy", "id of a taxonomy"),
        ("taxonomy_term", "id of a term"),
        ("service", "id of a service"),
        ("service_at_location", "id of a service"),
    )
}
for kind in set(NEEDS.values()):
    ARGUMENTS[kind] = lambda wanted: [wanted]


def things(ours, theirs, hidden, people):
    today = timezone.localdate()
    operations.keep_figures(today.year - 1, count(today - timedelta(days=365)))
    Paper.objects.create(as_at=today, content=b"%PDF-1.7\n%%EOF\n", page_count=1, made_at=timezone.now())
    return {
        "id of open data": {"published": str(ours.key), "unpublished": str(hidden.key), "unknown": "nothing"},
        "id of a taxonomy": {"": openreferral.taxonomies()[0]["id"]},
        "id of a term": {"": openreferral.taxonomy_terms()[0]["id"]},
        "id of a service": {"unknown": "nothing"},
    }
