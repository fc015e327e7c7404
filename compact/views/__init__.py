"""Pages of the Compact: reading and signing, and the officers' drafting."""
