"""The Charity Commission's public extract: 13 tables of every charity in England and Wales, for those of a borough.

`tables` reads them, `borough` says which charities are ours, `gathering` makes one row a charity of them and
`importer` brings those onto the register; `meanings` puts the Commission's classification into the council's words.
"""

from . import importer, meanings

__all__ = ["importer", "meanings"]
