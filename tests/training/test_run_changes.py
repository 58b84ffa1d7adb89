"""What people write on runs: names, notes, tags, priorities; and finding runs by them."""

from __future__ import annotations

import uuid
from typing import Any

import pytest

from accounts.models import AuditEntry
from core import events
from training.models import Priority, Run, RunLog


def test_a_run_is_named_noted_tagged_and_preferred(api: Any, make_run: Any) -> None:
    run = make_run()
    change = {"name": " Best ", "notes": "Try\nagain", "tags": ["b", "a", "b"], "priority": "high"}
    answer = api.patch(f"/api/v1/runs/{run.pk}", change)
    assert answer.status_code == 200, answer.content
    body = answer.json()
    expected = {"name": "Best", "notes": "Try\nagain", "tags": ["a", "b"], "priority": "high"}
    assert {key: body[key] for key in expected} == expected
    assert api.get(f"/api/v1/runs/{run.pk}").json() == body
    assert Run.objects.get(pk=run.pk).priority == Priority.HIGH
    told = [event for event in events.replay(f"project:{run.project_id}") if event.type == "run"][-1]
    assert told.payload["run"]["tags"] == ["a", "b"]
    assert AuditEntry.objects.get(action="run.change").detail == {
        "fields": ["name", "notes", "priority", "tags"]
    }


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"name": " "}, "name"),
        ({"name": "x" * 201}, "name"),
        ({"tags": "a"}, "tags"),
        ({"tags": [str(number) for number in range(21)]}, "tags"),
        ({"priority": "urgent"}, "priority"),
        ({"priority": 1}, "priority"),
        ({"status": "succeeded"}, "status"),
    ],
)
def test_what_is_wrong_is_named(api: Any, make_run: Any, change: dict[str, Any], field: str) -> None:
    answer = api.patch(f"/api/v1/runs/{make_run().pk}", change)
    assert answer.status_code == 400
    assert [error["field"].split(".")[0] for error in answer.json()["errors"]] == [field]


def test_a_change_does_not_undo_what_a_worker_wrote(principal: Any, make_run: Any) -> None:
    from training.services import runs

    stale = make_run()
    Run.objects.filter(pk=stale.pk).update(status="running", step=3)
    changed = runs.change_run(principal, stale, notes="hot")
    assert (changed.status, changed.step, changed.notes) == ("running", 3, "hot")


def test_a_run_starts_with_what_was_asked(api: Any, workflow: Any, snapshot: Any) -> None:
    asked = {"snapshot": str(snapshot.pk), "priority": "low", "tags": ["x"], "notes": "first"}
    run = api.post(f"/api/v1/workflows/{workflow.pk}/runs", asked).json()
    assert (run["priority"], run["tags"], run["notes"]) == ("low", ["x"], "first")
    assert (run["queue_position"], run["sweep"], run["trial"], run["loading"]) == (1, None, None, None)


def test_runs_are_found_by_what_is_written_on_them(
    api: Any, make_run: Any, project: Any, workflow: Any
) -> None:
    red = make_run(name="Red one", tags=["night", "x"])
    make_run(name="Blue", tags=["nightly"])
    url = f"/api/v1/projects/{project.pk}/runs"

    def names(query: str) -> list[str]:
        answer = api.get(f"{url}?{query}")
        assert answer.status_code == 200, answer.content
        return sorted(row["name"] for row in answer.json()["results"])

    assert names("tag=night") == ["Red one"]
    assert names("name=rED") == ["Red one"]
    assert names("sweep=none") == ["Blue", "Red one"]
    assert names(f"sweep={uuid.uuid4()}") == []
    assert names(f"workflow={workflow.pk}&tag=x") == [red.name]
    assert names(f"workflow={uuid.uuid4()}") == []
    for query in ("sweep=x", "workflow=1", "status=lost"):
        assert api.get(f"{url}?{query}").status_code == 400


def test_a_failed_run_shows_the_end_of_its_log(api: Any, make_run: Any) -> None:
    run = make_run(status="failed", error={"title": "No", "detail": "", "hint": "Try"})
    RunLog.objects.bulk_create(RunLog(run=run, n=n, line=f"line {n}") for n in range(1, 31))
    assert api.get(f"/api/v1/runs/{run.pk}").json()["log_tail"] == [f"line {n}" for n in range(11, 31)]
    Run.objects.filter(pk=run.pk).update(status="succeeded")
    assert api.get(f"/api/v1/runs/{run.pk}").json()["log_tail"] is None


def test_strangers_change_nothing(make_run: Any, other_api: Any, client_for: Any) -> None:
    url = f"/api/v1/runs/{make_run().pk}"
    assert other_api.patch(url, {"notes": "x"}).status_code == 404
    assert client_for("viewer").patch(url, {"notes": "x"}).status_code == 403
    assert client_for("engineer").patch(url, {"notes": "x"}).status_code == 200
