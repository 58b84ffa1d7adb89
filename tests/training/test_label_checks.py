"""A check of labels finds mistakes with models that never saw them; its fixes go to the annotator."""

from __future__ import annotations

from typing import Any

import pytest

from annotations.models import Annotation, Proposal
from core.models import Job
from projects.models import Asset
from training.models import Finding, LabelCheck


def box(x: float, y: float, side: float) -> list[dict[str, Any]]:
    ring = [[x, y], [x + side, y], [x + side, y + side], [x, y + side]]
    return [{"exterior": ring, "holes": []}]


@pytest.fixture
def check(project: Any, squares: Any, api: Any) -> Any:
    from annotations.models import Snapshot

    snapshot = api.post(f"/api/v1/projects/{project.pk}/snapshots", {}).json()["id"]
    return LabelCheck.objects.create(project=project, snapshot=Snapshot.objects.get(pk=snapshot), folds=2)


@pytest.fixture
def make_finding(check: Any, project: Any) -> Any:
    squirrel = project.label_classes.get(name="squirrel").pk
    butterfly = project.label_classes.get(name="butterfly").pk
    asset = Asset.objects.filter(project=project).order_by("name").first()
    assert asset is not None
    shape = Annotation.objects.get(asset=asset)

    def make(kind: str, **values: Any) -> Finding:
        about = {
            "missing": {"suggested": butterfly},
            "wrong_class": {"given": squirrel, "suggested": butterfly, "annotation": shape.pk},
            "loose_outline": {"given": squirrel, "suggested": squirrel, "annotation": shape.pk},
            "spurious": {"given": squirrel, "annotation": shape.pk},
        }[kind]
        more = {"bbox": [2, 2, 10, 10], "area": 100, "polygons": box(2, 2, 10), "score": 0.8}
        return Finding.objects.create(check_run=check, asset=asset, kind=kind, **{**more, **about, **values})

    return make


def accepted(api: Any, finding: Finding) -> Any:
    """The finding's proposal, accepted in the annotator; the image's shapes then."""
    answer = api.post(f"/api/v1/findings/{finding.pk}/accept")
    assert answer.status_code == 200, answer.content
    proposal = answer.json()["proposal"]
    url = f"/api/v1/assets/{finding.asset_id}"
    (shown,) = api.get(f"{url}/proposals").json()["results"]
    assert shown["id"] == proposal
    done = api.post(f"{url}/proposals/accept", {"ids": [proposal]})
    assert done.status_code == 200, done.content
    return api.get(f"{url}/annotations").json()["results"]


def test_a_wrong_class_becomes_the_right_one(api: Any, project: Any, make_finding: Any) -> None:
    finding = make_finding("wrong_class")
    shapes = accepted(api, finding)
    assert [shape["class"] for shape in shapes] == [str(finding.suggested)]
    assert not Annotation.objects.filter(pk=finding.annotation).exists()


def test_what_is_not_there_goes(api: Any, make_finding: Any) -> None:
    assert accepted(api, make_finding("spurious")) == []


def test_what_is_missing_comes_beside_the_others(api: Any, make_finding: Any) -> None:
    shapes = accepted(api, make_finding("missing", polygons=box(0, 0, 3), bbox=[0, 0, 3, 3], area=9))
    assert len(shapes) == 2


def test_a_loose_outline_is_exchanged(api: Any, make_finding: Any) -> None:
    finding = make_finding("loose_outline")
    (shape,) = accepted(api, finding)
    assert shape["polygons"][0]["exterior"][0] == [2, 2] and shape["source"] == "model"


def test_a_shape_that_was_changed_since_is_left_alone(api: Any, make_finding: Any) -> None:
    finding = make_finding("wrong_class")
    url = f"/api/v1/assets/{finding.asset_id}/annotations"
    revision = api.get(url).json()["revision"]
    change = {"update": [{"id": str(finding.annotation), "polygons": box(1, 1, 6)}]}
    assert api.patch(url, change, HTTP_IF_MATCH=str(revision)).status_code == 200
    refused = api.post(f"/api/v1/findings/{finding.pk}/accept")
    assert refused.status_code == 409 and "changed since" in refused.json()["detail"]
    assert Finding.objects.get(pk=finding.pk).state == "gone" and not Proposal.objects.exists()


def test_a_shape_that_goes_before_the_fix_is_taken_leaves_it_undone(api: Any, make_finding: Any) -> None:
    finding = make_finding("wrong_class")
    proposal = api.post(f"/api/v1/findings/{finding.pk}/accept").json()["proposal"]
    url = f"/api/v1/assets/{finding.asset_id}"
    revision = api.get(f"{url}/annotations").json()["revision"]
    api.patch(f"{url}/annotations", {"delete": [str(finding.annotation)]}, HTTP_IF_MATCH=str(revision))
    done = api.post(f"{url}/proposals/accept", {"ids": [proposal]}).json()
    assert done["gone"] == [proposal] and api.get(f"{url}/annotations").json()["results"] == []


def test_decisions_are_taken_back(api: Any, make_finding: Any) -> None:
    finding = make_finding("spurious")
    url = f"/api/v1/findings/{finding.pk}"
    assert api.post(f"{url}/accept").json()["state"] == "accepted" and Proposal.objects.count() == 1
    assert api.post(f"{url}/accept").status_code == 200 and Proposal.objects.count() == 1
    assert api.post(f"{url}/dismiss").json() == {
        "proposal": None,
        "asset": str(finding.asset_id),
        "state": "dismissed",
    }
    assert Proposal.objects.count() == 0
    assert api.post(f"{url}/reopen").json()["state"] == "open"


def test_findings_are_listed_by_score_and_filtered(
    api: Any, other_api: Any, check: Any, make_finding: Any
) -> None:
    low, high = make_finding("missing", score=0.2), make_finding("wrong_class", score=0.9)
    url = f"/api/v1/label-checks/{check.pk}"
    rows = api.get(f"{url}/findings").json()["results"]
    assert [row["id"] for row in rows] == [str(high.pk), str(low.pk)]
    assert rows[0]["given"]["name"] == "squirrel" and rows[0]["suggested"]["name"] == "butterfly"
    assert rows[0]["polygons"] and rows[1]["polygons"] == [] and rows[1]["suggested_polygons"]
    for query, expected in (
        ("kind=missing", [low]),
        (f"class={high.given}", [high]),
        ("state=accepted", []),
        (f"asset={low.asset_id}", [high, low]),
    ):
        found = api.get(f"{url}/findings?{query}").json()["results"]
        assert [row["id"] for row in found] == [str(one.pk) for one in expected], query
    page = api.get(f"{url}/findings?limit=1").json()
    assert api.get(page["next"]).json()["results"][0]["id"] == str(low.pk)
    assert api.get(url).json()["counts"]["missing"]["open"] == 1
    assert api.get(f"{url}/findings?kind=ugly").json()["errors"][0]["field"] == "kind"
    assert other_api.get(f"{url}/findings").status_code == 404
    assert other_api.post(f"/api/v1/findings/{low.pk}/accept").status_code == 404
    assert api.delete(url).status_code == 204 and not Finding.objects.exists()


@pytest.mark.parametrize(
    ("body", "field"),
    [({}, "workflow"), ({"folds": 1}, "folds"), ({"steps": 0}, "steps"), ({"fold": 3}, "fold")],
)
def test_bad_questions_are_named(
    api: Any, project: Any, check: Any, body: dict[str, Any], field: str
) -> None:
    answer = api.post(f"/api/v1/projects/{project.pk}/label-checks", body)
    assert answer.status_code == 400 and answer.json()["errors"][0]["field"] == field


def test_folds_are_trained_and_each_is_looked_at(
    api: Any, project: Any, workflow: Any, squares: Any, run_jobs: Any
) -> None:
    api.post(f"/api/v1/projects/{project.pk}/snapshots", {})
    body = {"workflow": str(workflow.pk), "folds": 2, "steps": 2}
    answer = api.post(f"/api/v1/projects/{project.pk}/label-checks", body)
    assert answer.status_code == 202, answer.content
    run_jobs()
    job = Job.objects.get(pk=answer.json()["id"])
    assert job.status == "succeeded", job.error
    (row,) = api.get(f"/api/v1/projects/{project.pk}/label-checks").json()["results"]
    assert row["status"] == "succeeded" and row["folds"] == 2 and row["workflow"]["id"] == str(workflow.pk)
    assert sum(count["open"] for count in row["counts"].values()) == job.result["findings"]
