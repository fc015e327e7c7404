"""The yardstick: a small Django site that never changes, under the same server as the portal."""
