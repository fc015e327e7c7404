"""Mail: an outbox whose rows are the truth, delivery that survives being killed, mailing lists and digests."""
