from typing import Any

import pytest


@pytest.fixture
def project(principal: Any, workspace: Any) -> Any:
    from projects.services.projects import create_project

    return create_project(principal, workspace, name="Animals", task="semantic")
