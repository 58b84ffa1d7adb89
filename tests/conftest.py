"""Fixtures of every test: people with keys, and workers run by hand."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from typing import Any

import pytest


@pytest.fixture
def sent(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, tuple[Any, ...], str]]:
    """What would have gone to the broker: (task, arguments, queue), in order."""
    from core import queue

    messages: list[tuple[str, tuple[Any, ...], str]] = []
    monkeypatch.setattr(queue, "send", lambda name, args, to: messages.append((name, args, to)))
    return messages


@pytest.fixture
def run_jobs(sent: list[Any], django_capture_on_commit_callbacks: Any) -> Callable[[], int]:
    """Do what was sent to the broker until nothing is left, as a worker would; returns how many tasks ran.

    Call it after the requests that enqueue. Commits are played where the test itself sits in a transaction.
    """
    from celery import current_app

    current_app.loader.import_default_modules()

    def drain() -> int:
        done = 0
        while sent:
            name, args, _ = sent.pop(0)
            with django_capture_on_commit_callbacks(execute=True):
                current_app.tasks[name].run(*[str(arg) for arg in args])
            done += 1
        return done

    return drain


@pytest.fixture(autouse=True)
def _no_broker(request: pytest.FixtureRequest) -> Iterator[None]:
    """Tests that touch the database record what they send; those with real workers say so by a marker."""
    touches = {"db", "transactional_db", "django_db_setup"} & set(request.fixturenames)
    if touches and not request.node.get_closest_marker("real_workers"):
        request.getfixturevalue("sent")
    yield


@pytest.fixture(autouse=True)
def _ordinary_scheduling() -> Iterator[None]:
    """Some encoders (SVT-AV1, as root) make their whole process a real-time one: from then on its threads,
    waiting for each other in loops, let nothing else on the machine run."""
    yield
    if hasattr(os, "sched_getscheduler"):
        assert os.sched_getscheduler(0) == os.SCHED_OTHER


@pytest.fixture(scope="session")
def s3_url() -> Iterator[str]:
    """The address of a real S3 server."""
    from tests.s3 import s3_server

    with s3_server() as url:
        yield url


@pytest.fixture
def owner(db: None) -> Any:
    from accounts.models import User

    return User.objects.create_user("owner@example.com", "correct horse", name="Olive Owner")


@pytest.fixture
def workspace(owner: Any) -> Any:
    from accounts import services
    from accounts.principals import Principal

    return services.create_workspace(Principal(owner), "Workshop")


@pytest.fixture
def principal(owner: Any, workspace: Any) -> Any:
    """The owner as a caller by session."""
    from accounts.principals import Principal

    return Principal(owner)


def key_client(user: Any, workspace: Any, scopes: list[str]) -> Any:
    """A client that sends a fresh key of this user."""
    from accounts import services
    from accounts.principals import Principal

    _, token = services.create_api_key(Principal(user), workspace, "test", scopes)
    return _client(HTTP_AUTHORIZATION=f"Bearer {token}")


def _client(**headers: str) -> Any:
    """A client whose requests play on-commit hooks at their end, although the test's own transaction
    never commits."""
    from django.test import TestCase
    from rest_framework.test import APIClient

    class CommittingClient(APIClient):
        def request(self, **kwargs: Any) -> Any:
            with TestCase.captureOnCommitCallbacks(execute=True):
                return super().request(**kwargs)

    return CommittingClient(raise_request_exception=False, **headers)


@pytest.fixture
def api(owner: Any, workspace: Any) -> Any:
    """The owner's client, by a key with every scope."""
    return key_client(owner, workspace, ["admin"])


@pytest.fixture
def anonymous(db: None) -> Any:
    return _client()


@pytest.fixture
def other_api(db: None) -> Any:
    """The owner of another workspace, who must see nothing of ours."""
    from accounts import services
    from accounts.models import User
    from accounts.principals import Principal

    stranger = User.objects.create_user("stranger@example.com", "correct horse")
    return key_client(stranger, services.create_workspace(Principal(stranger), "Elsewhere"), ["admin"])


@pytest.fixture
def client_for(workspace: Any) -> Callable[..., Any]:
    """`client_for("annotator")`: a client of a member with that role, and with all scopes it allows."""
    from accounts.models import Member, User
    from accounts.principals import ROLE_ACTIONS, SCOPES

    def make(role: str, scopes: list[str] | None = None) -> Any:
        user = User.objects.create_user(f"{role}-{User.objects.count()}@example.com", "correct horse")
        Member.objects.create(workspace=workspace, user=user, role=role)
        return key_client(user, workspace, scopes or [s for s in SCOPES if s in ROLE_ACTIONS[role]])

    return make
