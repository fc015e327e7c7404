"""What becomes of events about an organisation, and of places its people have, when its record is merged."""

from organisations.duplicates.relations import moves

moves("events.Event.about", "event about it", "events about it")
moves("events.SignUp.organisation", "place or wish to come to an event", "places or wishes to come to events")
