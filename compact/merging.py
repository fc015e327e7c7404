"""What becomes of an organisation's signatures when its record is merged."""

from organisations.duplicates.relations import moves_unless_taken

# Where both have signed the same version, the winner's own word stands and the other is kept where it was given.
moves_unless_taken("compact.Signature.organisation", "signature", "signatures")
