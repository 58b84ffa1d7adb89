"""A pytest plugin: keep the tests that touch the database or real workers, to run them on other services."""

from __future__ import annotations

import pytest

FIXTURES = {"db", "transactional_db", "django_db_setup", "stack"}
MARKERS = ("django_db", "real_workers")


def touches_services(item: pytest.Item) -> bool:
    fixtures = set(getattr(item, "fixturenames", ()))
    return bool(fixtures & FIXTURES) or any(item.get_closest_marker(name) for name in MARKERS)


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    kept = [item for item in items if touches_services(item)]
    config.hook.pytest_deselected(items=[item for item in items if item not in set(kept)])
    items[:] = kept
