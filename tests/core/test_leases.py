"""One owner at a time, whatever happens to it."""

from datetime import timedelta

import pytest
from django.utils import timezone

from core import leases
from core.models import LoopLease

pytestmark = pytest.mark.django_db


@pytest.fixture
def row():
    LoopLease.objects.create(name="loop")
    return LoopLease.objects.filter(name="loop")


def test_second_claim_is_refused_while_the_first_holds(row):
    assert leases.claim(row, 10)
    assert leases.claim(row, 10) is None


def test_expired_claim_can_be_taken_and_the_old_holder_notices(row):
    old = leases.claim(row, 10)
    row.update(lease_expires_at=timezone.now() - timedelta(seconds=1))
    new = leases.claim(row, 10)
    assert new and new != old
    assert not leases.renew(LoopLease, "loop", old, 10)
    assert leases.renew(LoopLease, "loop", new, 10)


def test_release_frees_at_once_and_counts_attempts(row):
    token = leases.claim(row, 10)
    assert leases.release(LoopLease, "loop", token)
    assert leases.claim(row, 10)
    assert row.get().attempts == 2


def test_claim_respects_the_state_asked_for(row):
    assert leases.claim(row.filter(attempts=5), 10) is None


def test_a_failing_reaper_does_not_stop_the_others(monkeypatch):
    ran = []
    monkeypatch.setattr(leases, "_reapers", {"bad": lambda: 1 / 0, "good": lambda: ran.append(1)})
    leases.run_reapers()
    assert ran == [1]
