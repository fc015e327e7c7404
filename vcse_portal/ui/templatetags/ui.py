"""`{% load ui %}`."""

from vcse_portal.ui.tags import register

__all__ = ["register"]
