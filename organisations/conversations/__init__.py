"""What council and sector said to each other: conversations, who keeps the relationship, the handover pack."""
