"""Parts drawn once: `{% drawn "ui/_footer.html" name=council.name %}` is an include that sees only what it is given,
`{% drawn_rows "organisations/_row.html" rows %}` one such a row.
"""

from ..drawn import drawn, drawn_rows
from . import register

register.simple_tag(drawn)
register.simple_tag(drawn_rows)
