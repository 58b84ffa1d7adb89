"""The dashboard's one page: every address that is not the API's belongs to its router."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest, HttpResponse

MISSING = (
    "<!doctype html><title>Tessera</title><p>The dashboard is not built yet: run <code>make frontend</code>."
)


def page(request: HttpRequest) -> HttpResponse:
    index = settings.TESSERA_DASHBOARD_DIR / "index.html"
    if not index.is_file():
        return HttpResponse(MISSING, status=503)
    response = HttpResponse(index.read_bytes(), content_type="text/html; charset=utf-8")
    # The page names its hashed bundles: a stale copy would ask for ones that are gone.
    response["Cache-Control"] = "no-cache"
    return response
