"""Knocking at the sender's door. Losing a knock loses nothing: the sweep looks at the rows every minute."""

import logging
import time

from kombu.exceptions import KombuError

logger = logging.getLogger(__name__)
QUIET = 60  # seconds between two warnings about the same silence
_last_warning = float("-inf")


def wake() -> None:
    """Ask a worker to look into the outbox now. Never raises: with Redis away the sweep does it later."""
    from .tasks import deliver

    try:
        deliver.delay()
    except (KombuError, OSError) as error:
        _warn(error)


def _warn(error: Exception) -> None:
    global _last_warning
    if time.monotonic() - _last_warning > QUIET:
        _last_warning = time.monotonic()
        logger.warning(
            "Background work cannot be started now (%s); the sweep will catch up.", type(error).__name__
        )
