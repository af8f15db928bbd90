"""Stories: sources, fetching, parsing, cleaning, and the regions that a story is about."""
