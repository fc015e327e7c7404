"""Standing groups: who sits in them, their meetings, agendas written together, attendance, minutes, who is missing."""
