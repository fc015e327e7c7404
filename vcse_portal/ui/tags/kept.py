"""Parts drawn once: `{% drawn "ui/_footer.html" name=council.name %}` is an include that sees only what it is given."""

from django.utils.safestring import SafeString

from ..drawn import drawn as markup
from . import register

register.simple_tag(markup, name="drawn")


@register.simple_tag
def drawn_rows(template: str, rows, **values) -> SafeString:
    """One part a row, which the template knows as `row`, one after the other."""
    return SafeString("".join([markup(template, row=row, **values) for row in rows]))
