"""Pages: joining and leaving a list, the officers' outbox, and the mailbox of development."""
