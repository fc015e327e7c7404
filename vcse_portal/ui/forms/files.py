"""Uploads: what kind of file it is by its content, and how large."""

import zipfile

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from PIL import Image, UnidentifiedImageError

SUFFIXES = {
    "pdf": (".pdf",),
    "docx": (".docx",),
    "xlsx": (".xlsx",),
    "csv": (".csv",),
    "geojson": (".geojson", ".json"),
    "png": (".png",),
    "jpeg": (".jpg", ".jpeg"),
}
INSIDE = {"docx": "word/document.xml", "xlsx": "xl/workbook.xml"}
WORDS = {"pdf": "PDF", "docx": "Word (.docx)", "xlsx": "Excel (.xlsx)", "csv": "CSV", "geojson": "GeoJSON"}


def kind_of(upload) -> str | None:
    """The kind, when name and content agree on one we know; else None. Leaves the file at its start."""
    name = upload.name.lower()
    kind = next((kind for kind, suffixes in SUFFIXES.items() if name.endswith(suffixes)), None)
    try:
        return kind if kind and _content_is(upload, kind) else None
    finally:
        upload.seek(0)


def _content_is(upload, kind: str) -> bool:
    upload.seek(0)
    head = upload.read(1024)
    upload.seek(0)
    if kind == "pdf":
        return head.startswith(b"%PDF-")
    if kind in INSIDE:
        try:
            return INSIDE[kind] in zipfile.ZipFile(upload).namelist()
        except (zipfile.BadZipFile, OSError, ValueError):
            return False
    if kind in ("png", "jpeg"):
        try:
            with Image.open(upload, formats=[kind.upper()]) as image:
                image.verify()
        except (UnidentifiedImageError, OSError, SyntaxError, ValueError, Image.DecompressionBombError):
            return False
        return True
    return b"\0" not in head and not head.startswith((b"PK\x03\x04", b"%PDF-"))


class FileField(forms.FileField):
    """One upload of an allowed kind; the cleaned file has `.kind`."""

    widget = forms.FileInput

    def __init__(self, *, kinds=("pdf", "docx", "xlsx", "csv", "png", "jpeg"), max_mb=None, **kwargs):
        self.kinds, self.max_mb = tuple(kinds), max_mb
        kwargs.setdefault("max_length", 150)
        super().__init__(**kwargs)

    def widget_attrs(self, widget):
        return {"accept": ",".join(suffix for kind in self.kinds for suffix in SUFFIXES[kind])}

    def clean(self, data, initial=None):
        upload = super().clean(data, initial)
        if not upload or upload is initial:
            return upload
        limit = self.max_mb or settings.MAX_UPLOAD_MB
        if upload.size > limit * 1024 * 1024:
            raise ValidationError(
                _("The file must be smaller than %(limit)s MB") % {"limit": limit}, code="large"
            )
        upload.kind = kind_of(upload)
        if upload.kind not in self.kinds:
            names = ", ".join(WORDS.get(kind, kind.upper()) for kind in self.kinds)
            raise ValidationError(_("The file must be one of: %(names)s") % {"names": names}, code="kind")
        return upload
