"""What the Compact offers to the circular and to search."""

from datetime import timedelta

import pytest
from django.utils import timezone

from compact import circular, operations
from tests.compact.factories import make_adopted, make_document, make_draft, make_signature
from tests.organisations.factories import make_organisation
from vcse_portal.mail.circular import Section
from vcse_portal.search.models import Entry

pytestmark = pytest.mark.django_db


def span():
    now = timezone.now()
    return now - timedelta(days=30), now + timedelta(minutes=1)


def test_circular_tells_of_versions_adopted_in_the_span():
    since, until = span()
    make_adopted(now=since - timedelta(days=1))
    make_draft(make_document("charter"))
    assert list(circular.adopted_versions(since, until)) == []
    second = make_adopted(make_document("code", title="Code on funding"))
    told = list(circular.adopted_versions(since, until))
    assert [(e.title, e.url, e.section) for e in told] == [
        ("Code on funding: version 1 has been adopted", second.get_absolute_url(), Section.COMPACT)
    ]


def test_circular_counts_new_signatures_that_stand_and_are_published():
    version = make_adopted()
    for _ in range(2):
        make_signature(version)
    gone = make_signature(version)
    operations.withdraw_signature(gone.pk, by=gone.signed_by)
    make_signature(version, make_organisation("Hidden", is_published=False))
    told = list(circular.new_signatures(*span()))
    assert [(e.title, e.url) for e in told] == [("2 organisations have signed The Compact", "/compact/")]


def test_search_offers_adopted_documents_only(client):
    make_draft(make_document("charter", title="Charter of values"))
    make_adopted()
    assert list(Entry.objects.values_list("title", "url")) == [("The Compact", "/compact/")]
    assert b"The Compact" in client.get("/search/", {"q": "three months notice"}).content
