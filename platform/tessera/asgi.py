"""The web process: HTTP through WSGI threads, sockets through Channels."""

from __future__ import annotations

import json
import os
import re
from typing import Any

from channels.routing import ProtocolTypeRouter, URLRouter
from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tessera.settings")
django_application: Any = get_wsgi_application()

# Behind get_wsgi_application: routing imports models.
from accounts.sockets import PrincipalMiddleware, admit_large_body  # noqa: E402
from annotations.routing import websocket_urlpatterns as asset_sockets  # noqa: E402
from core.http.bridge import Bridge  # noqa: E402
from projects.receiving import PATH as PIECE_PATH  # noqa: E402
from projects.receiving import receive_piece  # noqa: E402
from projects.routing import websocket_urlpatterns as project_sockets  # noqa: E402
from tessera.health import alive  # noqa: E402
from training.routing import websocket_urlpatterns as run_sockets  # noqa: E402

_PREDICT = re.compile(r"^/api/v1/deployments/[^/]+/predict$|^/v2/models/.+/infer$")
_FRAME = re.compile(r"^/api/v1/assets/[^/]+/frames/\d+$")
_BATCH = re.compile(r"^/api/v1/deployments/[^/]+/predict/batch$")
_pages = Bridge(django_application, 8, admit_large_body)
# Predictions wait for the model: a pool of their own, so that the dashboard never queues behind them.
_predictions = Bridge(django_application, 32, admit_large_body)
# A batch takes a thread for many images' time: batches wait for each other, and nobody else for them.
_batches = Bridge(django_application, 8, admit_large_body)
# A frame of a video may have to be decoded first, and somebody who drags along a video asks for many.
_frames = Bridge(django_application, 16, admit_large_body)
_ALIVE = json.dumps(alive()).encode()
_ALIVE_HEADERS = [(b"content-type", b"application/json"), (b"content-length", str(len(_ALIVE)).encode())]


async def http(scope: Any, receive: Any, send: Any) -> None:
    if scope["path"] == "/healthz":
        # Without a thread: busy is not dead.
        await send({"type": "http.response.start", "status": 200, "headers": _ALIVE_HEADERS})
        await send({"type": "http.response.body", "body": _ALIVE})
        return
    if scope["method"] == "PATCH" and PIECE_PATH.match(scope["path"]):
        await receive_piece(scope, receive, send)
        return
    await _pool(scope["path"])(scope, receive, send)


def _pool(path: str) -> Bridge:
    if _PREDICT.match(path):
        return _predictions
    if _FRAME.match(path):
        return _frames
    return _batches if _BATCH.match(path) else _pages


_sockets = URLRouter([*project_sockets, *asset_sockets, *run_sockets])
application = ProtocolTypeRouter({"http": http, "websocket": PrincipalMiddleware(_sockets)})
