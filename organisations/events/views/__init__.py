"""Pages of events: the list, the event, who comes, what follows, and those opened by a link from a mail."""
