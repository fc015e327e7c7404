"""The register of organisations: who is out there, how to reach them, and who speaks for whom."""
