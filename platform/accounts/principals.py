"""Who is asking: a person by session, or a program by key."""

from __future__ import annotations

import uuid
from dataclasses import dataclass

from rest_framework.request import Request

from accounts.models import ApiKey, Role, User
from core.errors import Unauthenticated

SCOPES = ("read", "annotate", "train", "deploy", "predict", "admin")
# `manage` and `review` have no scopes of their own: whoever may train may also set up what is trained on,
# and a key that annotates reviews where its owner's role does.
ACTIONS = frozenset({"read", "annotate", "review", "train", "deploy", "predict", "manage", "admin"})

_ANNOTATE = frozenset({"read", "annotate", "predict"})
_ENGINEER = ACTIONS - {"admin"}
ROLE_ACTIONS: dict[str, frozenset[str]] = {
    Role.OWNER: ACTIONS,
    Role.ADMIN: ACTIONS,
    Role.ENGINEER: _ENGINEER,
    Role.ANNOTATOR: _ANNOTATE,
    Role.REVIEWER: _ANNOTATE | {"review"},
    Role.VIEWER: frozenset({"read"}),
}


@dataclass(frozen=True)
class Principal:
    """The caller. A key narrows what its owner may do: to one workspace, and to the key's scopes."""

    user: User
    key: ApiKey | None = None

    @property
    def workspace_id(self) -> uuid.UUID | None:
        return self.key.workspace_id if self.key else None

    @property
    def scopes(self) -> frozenset[str]:
        return frozenset(self.key.scopes) if self.key else frozenset(SCOPES)

    def actions(self, role: str) -> frozenset[str]:
        """What the caller may do in a workspace where the user has this role."""
        return ROLE_ACTIONS.get(role, frozenset()) & self._scope_actions()

    def _scope_actions(self) -> frozenset[str]:
        if "admin" in self.scopes:
            return ACTIONS
        more = {"manage"} if "train" in self.scopes else set()
        return self.scopes | more | ({"review"} if "annotate" in self.scopes else set())


def principal_of(request: Request) -> Principal:
    """The caller of a DRF request; raises Unauthenticated."""
    if not request.user.is_authenticated:
        raise Unauthenticated("Sign in, or send `Authorization: Bearer <API key>`.")
    key = request.auth if isinstance(request.auth, ApiKey) else None
    return Principal(request.user, key)
