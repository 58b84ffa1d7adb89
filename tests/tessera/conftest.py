"""One real platform for all tests of this folder that need one."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests import stack as stacks


@pytest.fixture(scope="session")
def stack() -> Iterator[stacks.Stack]:
    with stacks.running() as running:
        yield running


@pytest.fixture(scope="session")
def owner(stack: stacks.Stack) -> dict[str, str]:
    return stack.owner()
