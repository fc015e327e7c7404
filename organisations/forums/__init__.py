"""Standing groups: seats, meetings, agendas, attendance, minutes and who is missing."""
