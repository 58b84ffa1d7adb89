"""An image of 30×20 pixels, three people who label it, and somebody who reviews."""

from typing import Any, NamedTuple

import pytest

from tests.annotations.store.conftest import asset, box
from tests.projects.review.conftest import member

__all__ = ["asset", "box", "member"]


class Somebody(NamedTuple):
    user: Any
    api: Any


@pytest.fixture
def ann(member: Any) -> Somebody:
    return Somebody(*member("annotator", "Ann"))


@pytest.fixture
def ben(member: Any) -> Somebody:
    return Somebody(*member("annotator", "Ben"))


@pytest.fixture
def cleo(member: Any) -> Somebody:
    return Somebody(*member("annotator", "Cleo"))


@pytest.fixture
def rita(member: Any) -> Somebody:
    return Somebody(*member("reviewer", "Rita"))


@pytest.fixture
def give(asset: Any) -> Any:
    """Save somebody's answer; handed in unless said otherwise."""

    def put(who: Somebody, shapes: list[Any], revision: int = 0, done: bool = True, to: Any = None) -> Any:
        address = f"/api/v1/assets/{(to or asset).pk}/answers/mine"
        return who.api.put(address, {"results": shapes, "done": done}, HTTP_IF_MATCH=f'"{revision}"')

    return put


@pytest.fixture
def instance(project: Any) -> Any:
    """The project, made one of objects."""
    project.task = "instance"
    project.save()
    return project
