"""Pages: plans and their ambitions, actions and their updates, monitoring reports."""
