from collections.abc import Callable
from typing import Any

import pytest


@pytest.fixture
def asset(project: Any) -> Any:
    from projects.models import Asset

    return Asset.objects.create(project=project, name="a.png", width=40, height=30)


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
