from typing import Any

import pytest


@pytest.fixture
def project(principal: Any, workspace: Any) -> Any:
    from projects.services.projects import create_project

    return create_project(principal, workspace, name="Animals", task="semantic")


@pytest.fixture
def classes(principal: Any, project: Any) -> dict[str, str]:
    """Ids of the classes cat, dog and void (ignored), by name."""
    from projects.services.classes import create_class

    made = [create_class(principal, project, name=name) for name in ("cat", "dog")]
    made.append(create_class(principal, project, name="void", ignore=True))
    return {each.name: str(each.pk) for each in made}
