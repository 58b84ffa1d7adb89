"""Small files made on demand, to be saved rather than shown."""

from __future__ import annotations

from urllib.parse import quote

from django.http import HttpResponse


def attachment(data: bytes, content_type: str, name: str) -> HttpResponse:
    """An answer that a browser saves under `name`."""
    return HttpResponse(
        data,
        content_type=content_type,
        headers={
            "Content-Disposition": f"attachment; filename*=UTF-8''{quote(name)}",
            "Cache-Control": "private, no-cache",
            "X-Content-Type-Options": "nosniff",
        },
    )
