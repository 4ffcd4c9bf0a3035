"""Composition: the one place that may import everything."""

from .celery import app as celery_app

# Whoever sends a task must know the app, so that it goes to the configured broker.
__all__ = ["celery_app"]
