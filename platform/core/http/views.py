"""The base of every API view."""

from __future__ import annotations

from typing import Any

from rest_framework.request import Request
from rest_framework.views import APIView

from core.errors import BadInput, FieldError
from core.http.idempotency import IdempotentMixin


class ApiView(IdempotentMixin, APIView):
    """An APIView whose POSTs honour `Idempotency-Key`, and whose query is text a database can hold."""

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        for name, value in request.query_params.items():
            if "\0" in name or "\0" in value:
                raise BadInput(errors=[FieldError(name.replace("\0", ""), "must not hold a NUL character")])
        super().initial(request, *args, **kwargs)
