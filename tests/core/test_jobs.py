"""A job is done once, by one worker, and its row always says how it went."""

from datetime import timedelta

import pytest
from celery import current_app
from django.utils import timezone

from core import events, jobs
from core.errors import Conflict, Unusable
from core.models import Job

pytestmark = pytest.mark.django_db


@pytest.fixture
def kinds(monkeypatch):
    # The real handlers register once, at the first import: into the real table.
    current_app.loader.import_default_modules()
    handlers = {}
    monkeypatch.setattr(jobs, "_handlers", handlers)
    return handlers


@pytest.fixture
def make(workspace, django_capture_on_commit_callbacks):
    def create(**fields):
        with django_capture_on_commit_callbacks(execute=True):
            return jobs.create_job("test", workspace_id=workspace.pk, project_id=workspace.pk, **fields)

    return create


def test_success_stores_the_result_and_tells_the_project(kinds, make, run_jobs, workspace):
    kinds["test"] = lambda job: {"got": job.payload["x"]}
    job = make(payload={"x": 1})
    assert run_jobs() == 1
    job.refresh_from_db()
    assert (job.status, job.progress, job.result) == ("succeeded", 1.0, {"got": 1})
    statuses = [e.payload["job"]["status"] for e in events.replay(f"project:{workspace.pk}")]
    assert statuses == ["queued", "running", "succeeded"]


def test_expected_failure_is_a_problem_document(kinds, make, run_jobs):
    def fail(job):
        raise Unusable("nothing in it")

    kinds["test"] = fail
    job = make()
    run_jobs()
    job.refresh_from_db()
    assert job.status == "failed"
    assert (job.error["status"], job.error["detail"]) == (422, "nothing in it")


def test_bug_is_told_without_a_traceback(kinds, make, run_jobs):
    kinds["test"] = lambda job: 1 / 0
    job = make()
    run_jobs()
    job.refresh_from_db()
    assert job.status == "failed"
    assert "ZeroDivisionError" in job.error["detail"]


def test_delivered_twice_runs_once(kinds, make, run_jobs, sent):
    ran = []
    kinds["test"] = lambda job: ran.append(job.id) or {}
    make()
    sent.append(sent[0])
    run_jobs()
    assert len(ran) == 1


def test_cancel_while_queued_and_while_running(kinds, make, run_jobs):
    waiting = make()
    jobs.cancel(waiting)
    assert waiting.status == "cancelled"

    def stop_in_the_middle(job):
        jobs.cancel(Job.objects.get(pk=job.id))
        job.progress(0.5, "half")
        raise AssertionError("progress must raise")

    kinds["test"] = stop_in_the_middle
    running = make()
    run_jobs()
    running.refresh_from_db()
    assert running.status == "cancelled"
    with pytest.raises(Conflict):
        jobs.cancel(running)


def test_lost_lease_stops_without_a_word(kinds, make, run_jobs):
    def lose(job):
        Job.objects.update(lease_token="11111111-1111-1111-1111-111111111111")
        job.progress(0.5)

    kinds["test"] = lose
    job = make()
    run_jobs()
    job.refresh_from_db()
    assert job.status == "running"


def test_reaper_sends_again_what_was_forgotten_and_gives_up_after_three_deaths(kinds, make, sent):
    job = make()
    sent.clear()
    jobs.resend_forgotten()
    assert not sent
    long_ago = timezone.now() - timedelta(minutes=1)
    Job.objects.update(sent_at=long_ago)
    jobs.resend_forgotten()
    assert len(sent) == 1
    Job.objects.update(status="running", lease_expires_at=long_ago, sent_at=long_ago, attempts=1)
    jobs.resend_forgotten()
    assert len(sent) == 2
    Job.objects.update(attempts=3, sent_at=long_ago)
    jobs.resend_forgotten()
    job.refresh_from_db()
    assert len(sent) == 2
    assert job.status == "failed"


def test_a_kind_that_takes_turns_leaves_the_worker_room(kinds, make, run_jobs, sent, monkeypatch):
    monkeypatch.setattr(jobs, "_turns", {})
    order = []

    @jobs.handler("test", at_once=1)
    def do(job):
        order.append(job.payload["n"])
        if job.payload["n"] == 1:
            # Another thread of the worker gets the second meanwhile.
            jobs.run(str(second.pk))
            second.refresh_from_db()
            assert second.status == "queued"
        return {}

    make(payload={"n": 1})
    second = make(payload={"n": 2})
    del sent[1:]
    run_jobs()
    second.refresh_from_db()
    assert (order, second.status) == ([1, 2], "succeeded")
    assert sent == []


def test_what_did_not_succeed_is_told_once_whatever_ended_it(kinds, make, run_jobs, sent, monkeypatch):
    monkeypatch.setattr(jobs, "_unsuccessful", {})
    told = []

    @jobs.handler("test", unsuccessful=lambda job: told.append((job.payload["n"], job.status)))
    def do(job):
        if job.payload["n"] == 2:
            raise Unusable("broken")
        return {}

    make(payload={"n": 1})
    make(payload={"n": 2})
    run_jobs()
    jobs.cancel(make(payload={"n": 3}))
    died = make(payload={"n": 4})
    long_ago = timezone.now() - timedelta(minutes=1)
    Job.objects.filter(pk=died.pk).update(
        status="running", lease_expires_at=long_ago, sent_at=long_ago, attempts=3
    )
    jobs.resend_forgotten()
    jobs.resend_forgotten()

    assert told == [(2, "failed"), (3, "cancelled"), (4, "failed")]
