"""What becomes of conversations and relationships when an organisation's record is merged."""

from organisations.duplicates.relations import moves, moves_unless_taken

moves_unless_taken("conversations.Party.organisation", "conversation")
moves("conversations.Participant.organisation", "person in a conversation", "people in conversations")
moves_unless_taken("conversations.RelationshipManager.organisation", "relationship manager", ends="ends_on")
