"""The base of every API view."""

from __future__ import annotations

from rest_framework.views import APIView

from core.http.idempotency import IdempotentMixin


class ApiView(IdempotentMixin, APIView):
    """An APIView whose POSTs honour `Idempotency-Key`."""
