"""A deployment proposes shapes on the images of a project: which ones, of which classes, and what is told."""

from __future__ import annotations

import uuid
from typing import Any

import pytest

from annotations.models import Annotation, Proposal
from core.models import Event
from deployments.models import Deployment
from projects.models import Asset, Project
from tests.deployments.prelabelled import Watcher, image

pytestmark = pytest.mark.django_db


@pytest.fixture
def watcher(inference: Any) -> Watcher:
    return Watcher(inference)


@pytest.fixture
def images(project: Any) -> list[Any]:
    return [image(project, f"{number}.png", 40 + number) for number in range(4)]


@pytest.fixture
def prelabel(api: Any, project: Any, deployment: Any, watcher: Watcher, run_jobs: Any) -> Any:
    """Do a whole job: `prelabel(threshold=0.5)` gives its result."""

    def run(**body: Any) -> dict[str, Any]:
        url = f"/api/v1/projects/{project.pk}/prelabel"
        answer = api.post(url, {"deployment": deployment["id"], **body}, format="json")
        assert answer.status_code == 202, answer.content
        run_jobs()
        job = api.get(f"/api/v1/jobs/{answer.json()['id']}").json()
        assert job["status"] == "succeeded", job
        return dict(job["result"])

    return run


def pending(asset: Any) -> list[Any]:
    return list(Proposal.objects.filter(asset=asset, state="pending"))


def test_everything_that_is_not_annotated(
    prelabel: Any, images: list[Any], watcher: Watcher, project: Any, deployment: Any, api: Any
) -> None:
    Asset.objects.filter(pk=images[3].pk).update(annotation_count=1)
    said = prelabel()
    assert (said["images"], said["proposals"], said["proposed_on"], said["failures"]) == (3, 3, 3, 0)
    body = api.get(f"/api/v1/assets/{images[0].pk}/proposals").json()
    [row] = body["results"]
    assert (body["uncertainty"], body["margin"]) == (0.25, 0.5)
    assert (row["score"], row["box"], row["area"]) == (0.9, [2, 3, 10, 8], 80)
    assert row["class"] == str(project.label_classes.get(name="squirrel").pk)
    assert row["model"]["deployment"] == deployment["id"] and row["model"]["version"] == 1
    assert row["model"]["artifact"] == deployment["artifact"]["id"] and row["model"]["name"] == "live"
    asset = api.get(f"/api/v1/assets/{images[0].pk}").json()
    assert (asset["proposal_count"], asset["uncertainty"], asset["margin"]) == (1, 0.25, 0.5)
    assert pending(images[3]) == [] and not Annotation.objects.exists()
    query = watcher.queries[0]
    assert query["output"] == ["mask"] and query["uncertainty"] == query["regions"] == ["true"]


def test_a_selection_and_a_threshold(prelabel: Any, images: list[Any], watcher: Watcher) -> None:
    said = prelabel(assets=[str(images[2].pk)], threshold=0.4, tiles="off", shapes="polygons", regions=False)
    assert said["images"] == 1 and len(watcher.queries) == 1
    query = watcher.queries[0]
    assert "regions" not in query
    assert (query["threshold"], query["tiles"], query["output"]) == (["0.4"], ["off"], ["polygons"])


def test_filters_are_those_of_the_list(prelabel: Any, images: list[Any], owner: Any) -> None:
    Asset.objects.filter(pk__in=[images[1].pk, images[2].pk]).update(assignee=owner)
    Asset.objects.filter(pk=images[1].pk).update(split="val")
    assert prelabel(filters={"assignee": "me", "split": "val"})["images"] == 1
    assert len(pending(images[1])) == 1 and pending(images[2]) == []


def test_classes_by_id_then_by_name_and_what_is_unknown(
    prelabel: Any, images: list[Any], watcher: Watcher, project: Any
) -> None:
    squirrel, butterfly = project.label_classes.order_by("position")
    watcher.sees = [
        # Renamed since the model was trained: the id says which.
        ("rodent", 0.9, (2, 3, 10, 8), str(squirrel.pk)),
        ("Butterfly", 0.8, (20, 3, 10, 8), str(uuid.uuid4())),
        ("heron", 0.7, (2, 15, 10, 8)),
    ]
    said = prelabel()
    assert said["unknown_classes"] == [{"name": "heron", "count": 4}]
    assert [row.label_class for row in pending(images[0])] == [squirrel, butterfly]
    said = prelabel(classes=[str(butterfly.pk)])
    assert said["left_out"]["other_classes"] == 4
    assert [row.label_class for row in pending(images[0])] == [butterfly]


def test_a_newer_run_replaces_what_is_pending_alone(
    prelabel: Any, images: list[Any], watcher: Watcher, api: Any
) -> None:
    prelabel()
    first, second = pending(images[0])[0], pending(images[1])[0]
    api.post(f"/api/v1/assets/{images[0].pk}/proposals/accept", {"ids": [str(first.pk)]}, format="json")
    api.post(f"/api/v1/assets/{images[1].pk}/proposals/reject", {"ids": [str(second.pk)]}, format="json")
    watcher.sees = [("squirrel", 0.9, (2, 3, 10, 8)), ("butterfly", 0.6, (20, 3, 10, 8))]
    said = prelabel(only_unannotated=False)
    assert said["left_out"]["drawn"] == said["left_out"]["rejected_before"] == 1
    assert [[row.label_class.name for row in pending(asset)] for asset in images] == [
        ["butterfly"],
        ["butterfly"],
        ["squirrel", "butterfly"],
        ["squirrel", "butterfly"],
    ]
    first.refresh_from_db()
    assert first.state == "accepted"


def test_what_fails_is_named_and_the_rest_goes_on(prelabel: Any, images: list[Any], watcher: Watcher) -> None:
    watcher.blind = {41}
    said = prelabel()
    assert said["failed"] == [{"asset": str(images[1].pk), "item": "1.png", "reason": "too dark"}]
    assert said["proposals"] == 3 and said["failures"] == 1
    images[1].refresh_from_db()
    assert images[1].uncertainty is None


def test_videos_and_what_is_approved_are_left_alone(prelabel: Any, images: list[Any], project: Any) -> None:
    Asset.objects.filter(pk=images[0].pk).update(review="approved")
    image(project, "walk.mp4", 50, media="video")
    assert prelabel(only_unannotated=False)["images"] == 3


def test_who_watches_is_told(prelabel: Any, images: list[Any], project: Any) -> None:
    prelabel(assets=[str(images[0].pk)])
    [told] = Event.objects.filter(topic=f"asset:{images[0].pk}", type="proposals")
    [row] = pending(images[0])
    assert told.payload == {
        "what": "proposed",
        "ids": [str(row.pk)],
        "proposal_count": 1,
        "uncertainty": 0.25,
        "margin": 0.5,
    }
    [told] = Event.objects.filter(topic=f"project:{project.pk}", type="proposals")
    assert told.payload["asset"]["id"] == str(images[0].pk)


def test_a_deployment_of_another_project_of_the_workspace(
    prelabel: Any, images: list[Any], deployment: Any, workspace: Any
) -> None:
    elsewhere = Project.objects.create(workspace=workspace, name="Elsewhere")
    Deployment.objects.filter(pk=deployment["id"]).update(project=elsewhere)
    assert prelabel()["proposals"] == 4


@pytest.mark.parametrize(
    ("body", "status", "field"),
    [
        ({"deployment": str(uuid.uuid4())}, 400, "deployment"),
        ({"assets": [str(uuid.uuid4())]}, 404, None),
        ({"classes": [str(uuid.uuid4())]}, 400, "classes"),
        ({"filters": {"review": "odd"}}, 400, "review"),
        ({"filters": {"name": "nothing like it"}}, 400, "filters"),
        ({"threshold": 3}, 400, "threshold"),
        ({"assets": [], "filters": {}}, 400, "assets"),
    ],
)
def test_refused_at_once(
    api: Any, project: Any, deployment: Any, images: list[Any], body: Any, status: int, field: str
) -> None:
    answer = api.post(
        f"/api/v1/projects/{project.pk}/prelabel", {"deployment": deployment["id"], **body}, format="json"
    )
    assert answer.status_code == status, answer.json()
    if field:
        assert answer.json()["errors"][0]["field"] == field


def test_a_stopped_deployment_and_other_people(
    api: Any, other_api: Any, project: Any, deployment: Any, images: list[Any]
) -> None:
    url, body = f"/api/v1/projects/{project.pk}/prelabel", {"deployment": deployment["id"]}
    assert other_api.post(url, body, format="json").status_code == 404
    Deployment.objects.filter(pk=deployment["id"]).update(status="stopped")
    assert api.post(url, body, format="json").status_code == 409
