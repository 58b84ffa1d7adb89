from collections.abc import Callable
from typing import Any

import pytest


@pytest.fixture
def assets(project: Any) -> Callable[[int], list[Any]]:
    """Makes that many assets, oldest first."""
    from projects.models import Asset

    def make(count: int) -> list[Any]:
        return [
            Asset.objects.create(project=project, name=f"{n:03}.png", width=9, height=9) for n in range(count)
        ]

    return make


@pytest.fixture
def member(workspace: Any) -> Callable[[str, str], tuple[Any, Any]]:
    """`member("annotator", "Anna")`: a new member and their client."""
    from accounts.models import Member, User
    from accounts.principals import ROLE_ACTIONS, SCOPES
    from tests.conftest import key_client

    def make(role: str, name: str) -> tuple[Any, Any]:
        user = User.objects.create_user(f"{name.lower()}@example.com", "correct horse", name=name)
        Member.objects.create(workspace=workspace, user=user, role=role)
        scopes = [scope for scope in SCOPES if scope in ROLE_ACTIONS[role]]
        return user, key_client(user, workspace, scopes)

    return make
