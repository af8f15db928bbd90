"""Telling programs of the newsroom what happened: signed, again until they answer, and once more on request."""
