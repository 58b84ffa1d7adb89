"""Reading requests: bodies through serializers, whole numbers from queries."""

from __future__ import annotations

from typing import Any

from rest_framework.request import Request
from rest_framework.serializers import BaseSerializer

from core.errors import BadInput, FieldError


def parse(serializer: type[BaseSerializer[Any]], request: Request) -> dict[str, Any]:
    """The validated body; raises the 400 that names the fields, unknown ones included."""
    form = serializer(data=request.data)
    form.is_valid(raise_exception=True)
    known = set(getattr(form, "fields", {}))
    unknown = [key for key in request.data if key not in known]
    if unknown:
        errors = [FieldError(key, f"unknown key; known are {', '.join(sorted(known))}") for key in unknown]
        raise BadInput("; ".join(f"{field}: {message}" for field, message in errors[:3]), errors)
    return dict(form.validated_data)


def whole_number(request: Request, name: str, default: int) -> int:
    """`?name=` as an int of at least 0; raises the 400 that names it."""
    raw = request.query_params.get(name)
    if raw is None or raw == "":
        return default
    if not raw.isdigit() or len(raw) > 12:
        raise BadInput(f"{name} must be a whole number from 0.", [FieldError(name, f"{raw!r} is not valid")])
    return int(raw)
