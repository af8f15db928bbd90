"""The public pages, the desk and the API."""
