"""Alive, ready, and numbers for Prometheus."""

from __future__ import annotations

from collections.abc import Iterable

import urllib3
from django.conf import settings
from django.db import DatabaseError, connection
from django.db.models import Count
from django.http import HttpRequest, HttpResponse, JsonResponse
from prometheus_client import CollectorRegistry, ProcessCollector, generate_latest
from prometheus_client.core import GaugeMetricFamily

from core import ticker
from core.models import Job
from deployments.models import Deployment
from training.models import Run

_http = urllib3.PoolManager(timeout=2.0, retries=False)


def alive() -> dict[str, str]:
    """What `/healthz` says: the web process answers."""
    return {"status": "ok", "version": settings.TESSERA_VERSION}


def healthz(request: HttpRequest) -> JsonResponse:
    """The same where Django is served without the event loop."""
    return JsonResponse(alive())


def readyz(request: HttpRequest) -> JsonResponse:
    """Database, workers and inference answer: 200 with every check, else 503."""
    workers = {"worker": "default", "gpu_worker": "gpu", "export_worker": "exports"}
    checks = {"database": _database(), **dict.fromkeys(workers, False), "inference": _inference()}
    if checks["database"]:
        checks.update({name: ticker.is_alive(queue) for name, queue in workers.items()})
    ready = all(checks.values())
    body = {"status": "ready" if ready else "starting", "checks": checks}
    response = JsonResponse(body, status=200 if ready else 503)
    # Who asks knows what "starting" means: Django need not log each answer as an error.
    response._has_been_logged = True  # type: ignore[attr-defined]
    return response


def _database() -> bool:
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
        return True
    except DatabaseError:
        return False


def _inference() -> bool:
    try:
        return _http.request("GET", f"{settings.TESSERA_INFERENCE_URL}/healthz").status == 200
    except urllib3.exceptions.HTTPError:
        return False


class _Rows:
    """Rows by status, read when Prometheus asks."""

    def collect(self) -> Iterable[GaugeMetricFamily]:
        for name, model in (("jobs", Job), ("runs", Run), ("deployments", Deployment)):
            family = GaugeMetricFamily(f"tessera_{name}", f"{name} by status", labels=["status"])
            for status, count in (
                model._default_manager.order_by().values_list("status").annotate(Count("pk"))
            ):
                family.add_metric([status], count)
            yield family


_registry = CollectorRegistry()
_registry.register(_Rows())
ProcessCollector(registry=_registry)


def metrics(request: HttpRequest) -> HttpResponse:
    """The platform's numbers, followed by the inference server's."""
    body = generate_latest(_registry)
    headers = {"Authorization": f"Bearer {settings.TESSERA_INFERENCE_TOKEN}"}
    try:
        answer = _http.request("GET", f"{settings.TESSERA_INFERENCE_URL}/metrics", headers=headers)
        if answer.status == 200:
            # Both are Python processes: their process_ and python_ families would collide.
            body += b"".join(line for line in answer.data.splitlines(True) if b"tessera_" in line)
    except urllib3.exceptions.HTTPError:
        pass
    return HttpResponse(body, content_type="text/plain; version=0.0.4; charset=utf-8")
