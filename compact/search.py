"""How the Compact, the charter and the codes are found: by the words of the version in force."""

from django.utils.translation import gettext_lazy as _

from vcse_portal.search.registry import Document as Entry
from vcse_portal.search.registry import source

from .models import Document, Version


@source("compact", label=_("Compact and codes"))
def documents(ids: list[int] | None):
    """Documents that have an adopted version; drafts are not offered."""
    adopted = Version.objects.adopted().for_page().prefetch_related("clauses")
    if ids is not None:
        adopted = adopted.filter(document__in=ids)
    for version in adopted:
        document = version.document
        clauses = [f"{c.heading} {c.text}".strip() for c in version.clauses.all()]
        yield Entry(
            object_id=document.pk,
            title=document.title,
            also=str(Document.Kind(document.kind).label),
            url=document.get_absolute_url(),
            summary=version.introduction[:300],
            body="\n".join([version.introduction, *clauses]),
        )
