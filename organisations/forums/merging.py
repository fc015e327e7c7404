"""What becomes of an organisation's seats and attendances when its record is merged."""

from organisations.duplicates.relations import moves

moves("forums.Term.organisation", "seat in a forum", "seats in forums")
moves("forums.Attendance.organisation", "attendance at a meeting", "attendances at meetings")
moves("forums.Item.organisation", "item on an agenda", "items on agendas")
