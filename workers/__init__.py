"""Celery: the app, its tasks and its schedule."""
