"""One worker runs the reapers; another takes over when it dies."""

from datetime import timedelta

import pytest
from django.utils import timezone

from core import leases, ticker
from core.models import LoopLease

pytestmark = pytest.mark.django_db


@pytest.fixture
def ran(monkeypatch):
    calls = []
    monkeypatch.setattr(leases, "_reapers", {"test": lambda: calls.append(1)})
    return calls


def test_only_the_holder_runs_them(ran):
    first = ticker.tick(None)
    assert first and len(ran) == 1
    assert ticker.tick(None) is None
    assert len(ran) == 1
    assert ticker.tick(first) == first
    assert len(ran) == 2


def test_another_takes_over(ran):
    ticker.tick(None)
    LoopLease.objects.update(lease_expires_at=timezone.now() - timedelta(seconds=1))
    assert ticker.tick(None)
    assert len(ran) == 2


def test_alive_is_seen_for_a_few_seconds():
    assert not ticker.is_alive("gpu")
    ticker.beat("gpu")
    assert ticker.is_alive("gpu")
    LoopLease.objects.update(lease_expires_at=timezone.now() - timedelta(seconds=1))
    assert not ticker.is_alive("gpu")
