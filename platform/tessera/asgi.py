"""The web process: HTTP through WSGI threads, sockets through Channels."""

from __future__ import annotations

import os
import re
from typing import Any

from a2wsgi import WSGIMiddleware
from channels.routing import ProtocolTypeRouter, URLRouter
from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tessera.settings")
django_application: Any = get_wsgi_application()

# Behind get_wsgi_application: routing imports models.
from accounts.sockets import PrincipalMiddleware  # noqa: E402
from projects.routing import websocket_urlpatterns as project_sockets  # noqa: E402
from training.routing import websocket_urlpatterns as run_sockets  # noqa: E402

_PREDICT = re.compile(r"^/api/v1/deployments/[^/]+/predict$")
_pages = WSGIMiddleware(django_application, workers=8)
# Predictions wait for the model: a pool of their own, so that the dashboard never queues behind them.
_predictions = WSGIMiddleware(django_application, workers=32)


async def http(scope: Any, receive: Any, send: Any) -> None:
    pool = _predictions if _PREDICT.match(scope["path"]) else _pages
    await pool(scope, receive, send)


application = ProtocolTypeRouter(
    {"http": http, "websocket": PrincipalMiddleware(URLRouter([*project_sockets, *run_sockets]))}
)
