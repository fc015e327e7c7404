"""What the Compact offers the circular: versions adopted, and how many organisations signed."""

from django.db.models import Count, Max
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from vcse_portal.mail import circular

from .models import Document, Signature, Version


@circular.source
def adopted_versions(since, until):
    """Adopted in the span; still told when a later version has superseded it since."""
    found = Version.objects.published().filter(adopted_at__gte=since, adopted_at__lt=until)
    for version in found.for_page():
        yield circular.Entry(
            section=circular.Section.COMPACT,
            title=_("%(document)s: version %(number)s has been adopted")
            % {"document": version.document, "number": version.number},
            summary=_(
                "Read what the council and the sector promise each other, and sign for your organisation."
            ),
            url=version.get_absolute_url(),
            at=version.adopted_at,
        )


@circular.source
def new_signatures(since, until):
    """One line a document: how many published organisations signed in the span and have not withdrawn."""
    signed = (
        Signature.objects.current()
        .filter(signed_at__gte=since, signed_at__lt=until, organisation__is_published=True)
        .order_by()
        .values("version__document")
        .annotate(count=Count("organisation", distinct=True), latest=Max("signed_at"))
    )
    documents = Document.objects.in_bulk([row["version__document"] for row in signed])
    for row in signed:
        document = documents[row["version__document"]]
        yield circular.Entry(
            section=circular.Section.COMPACT,
            title=ngettext(
                "%(count)s organisation has signed %(document)s",
                "%(count)s organisations have signed %(document)s",
                row["count"],
            )
            % {"count": row["count"], "document": document},
            summary=_("See who has signed, and sign for your organisation."),
            url=document.get_absolute_url(),
            at=row["latest"],
        )
