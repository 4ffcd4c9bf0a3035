"""The Celery app: tasks and their schedule live in `marketplace.jobs`."""

import os
from typing import Any

from celery import Celery
from celery.signals import beat_init, worker_init

from marketplace.config import safety
from marketplace.jobs.schedule import schedule

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "marketplace.config.settings")

app = Celery("comptoir")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks(["marketplace.jobs"])
app.conf.beat_schedule = schedule()


@worker_init.connect
@beat_init.connect
def require_safe_settings(**_: Any) -> None:
    """Refuse to work with settings that are only good for trying out."""
    safety.require_safe_settings()
