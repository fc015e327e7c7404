"""From a file on disk to rows of text, streaming; whatever cannot be trusted is refused in a sentence."""
