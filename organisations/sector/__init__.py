"""The register seen as a whole: state of the sector, open data."""
