"""The browser's way in: first-visit set-up, sign-in, sign-out, joining by invitation."""

from __future__ import annotations

import hashlib
from typing import Any

from django.contrib.auth import authenticate, login, logout
from django.middleware.csrf import get_token
from drf_spectacular.utils import extend_schema
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.throttling import ScopedRateThrottle, SimpleRateThrottle
from rest_framework.views import APIView

from accounts import selectors, services
from accounts.authentication import BrowserSession
from accounts.models import User, normal_email
from accounts.principals import Principal
from accounts.serializers import (
    AcceptInvitationSerializer,
    SessionSerializer,
    SetUpSerializer,
    SignInSerializer,
)
from accounts.views import parse, roles_of
from core.errors import Forbidden


class EmailThrottle(SimpleRateThrottle):
    """Guesses at one account, from however many addresses they come."""

    scope = "sign-in-account"

    def get_cache_key(self, request: Request, view: APIView) -> str | None:
        email = request.data.get("email") if isinstance(request.data, dict) else None
        if not isinstance(email, str):
            return None
        ident = hashlib.sha256(normal_email(email).encode("utf-8", "replace")).hexdigest()
        return self.cache_format % {"scope": self.scope, "ident": ident}


class _Door(APIView):
    """Open to everybody, by cookie only; CSRF is checked even before somebody is signed in."""

    authentication_classes = [BrowserSession]
    permission_classes = [AllowAny]
    throttle_scope = "sign-in"

    def get_throttles(self) -> list[Any]:
        return [ScopedRateThrottle(), EmailThrottle()] if self.request.method == "POST" else []

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        super().initial(request, *args, **kwargs)
        if request.method != "GET":
            BrowserSession().enforce_csrf(request)


class SessionView(_Door):
    @extend_schema(operation_id="session_get", responses=SessionSerializer)
    def get(self, request: Request) -> Response:
        return Response(_session(request))

    @extend_schema(operation_id="session_create", request=SignInSerializer, responses=SessionSerializer)
    def post(self, request: Request) -> Response:
        body = parse(SignInSerializer, request)
        user = authenticate(request, username=normal_email(body["email"]), password=body["password"])
        if user is None:
            raise Forbidden("The email address and the password do not belong together.")
        login(request, user)
        return Response(_session(request))

    @extend_schema(operation_id="session_delete", responses=SessionSerializer)
    def delete(self, request: Request) -> Response:
        logout(request)
        return Response(_session(request))


class SetUpView(_Door):
    @extend_schema(operation_id="setup", request=SetUpSerializer, responses={201: SessionSerializer})
    def post(self, request: Request) -> Response:
        body = parse(SetUpSerializer, request)
        user = services.set_up(body["email"], body["password"], body["name"], body["workspace"])
        login(request, user)
        return Response(_session(request), status=201)


class AcceptInvitationView(_Door):
    @extend_schema(
        operation_id="invitations_accept", request=AcceptInvitationSerializer, responses=SessionSerializer
    )
    def post(self, request: Request) -> Response:
        body = parse(AcceptInvitationSerializer, request)
        user = services.accept_invitation(body["token"], body["password"], body["name"])
        login(request, user)
        return Response(_session(request))


def _session(request: Request) -> dict[str, Any]:
    # Django's login() puts the user on the inner request only.
    user = request._request.user
    workspaces: Any = []
    roles: dict[Any, str] = {}
    if isinstance(user, User):
        principal = Principal(user)
        workspaces = selectors.workspaces_for(principal).order_by("name")
        roles = roles_of(principal)
    body = {
        "user": user if isinstance(user, User) else None,
        "setup_required": not selectors.somebody_exists(),
        "csrf_token": get_token(request._request),
        "workspaces": workspaces,
    }
    return SessionSerializer(body, context={"roles": roles}).data
