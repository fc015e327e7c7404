"""Comments about anything members are asked about, always on behalf of an organisation, and their answers."""
