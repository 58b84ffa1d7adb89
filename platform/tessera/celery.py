"""The Celery application. Workers of the queue `default` also take turns at the platform-wide loop."""

from __future__ import annotations

import os
from typing import Any

from celery import Celery
from celery.signals import setup_logging, worker_ready, worker_shutting_down

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tessera.settings")

app = Celery("tessera")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
app.autodiscover_tasks(related_name="predict_tasks")


@setup_logging.connect
def _keep_django_logging(**_: Any) -> None:
    """Celery leaves logging alone once this signal has a receiver: Django's settings rule."""


@worker_ready.connect
def _start_ticker(sender: Any, **_: Any) -> None:
    # Only now, when Django's apps are loaded.
    from core import ticker

    queues = {queue.name for queue in sender.task_consumer.queues}
    sender.app.ticker_stop = ticker.start(queues)


@worker_shutting_down.connect
def _stop_ticker(**_: Any) -> None:
    stop = getattr(app, "ticker_stop", None)
    if stop:
        stop.set()
