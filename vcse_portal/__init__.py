"""The portal's ground floor (kits any app may use) and roof (wiring that knows every app)."""

from .celery import app as celery_app

__all__ = ["celery_app"]
