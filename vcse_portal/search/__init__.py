"""One way to find anything: what each room offers to search, forgiving of spelling and of numbers typed any way."""
