"""A snapshot or a folder in storage, predicted by a job: a line an image, overlays, and what failed named."""

from __future__ import annotations

import io
from typing import Any

import numpy as np
import pytest
from PIL import Image

from core.errors import NotFound
from core.storage import storage
from deployments.models import Deployment
from deployments.services import bulk_packing
from deployments.services.bulk_jobs import start_snapshot
from tests.deployments.bulk import PROBLEM, answer_with_squirrel, lines, picture, result
from tests.training.conftest import make_snapshot, squares  # noqa: F401  (a fixture)


@pytest.fixture
def url(deployment: Any, inference: Any) -> str:
    inference.answers = answer_with_squirrel
    return f"/api/v1/deployments/{deployment['id']}/jobs"


@pytest.fixture
def inbox(workspace: Any) -> Any:
    """A folder of the workspace: two images, one below another folder, a text, and a hidden file."""
    prefix = f"folders/{workspace.pk}/inbox"
    storage.put(f"{prefix}/a.png", picture())
    storage.put(f"{prefix}/monday/b.jpg", picture(50, 20, "white", "JPEG"))
    storage.put(f"{prefix}/notes.jpg", b"not a picture at all")
    storage.put(f"{prefix}/.hidden", b"x")
    yield prefix
    storage.delete_tree(f"folders/{workspace.pk}")


@pytest.fixture
def version(api: Any, squares: Any) -> dict[str, Any]:  # noqa: F811
    """A snapshot of six images, two of them for validation."""
    made: dict[str, Any] = api.post(f"/api/v1/projects/{squares.pk}/snapshots", {}).json()
    return made


def test_a_folder(api: Any, url: str, inbox: str, run_jobs: Any) -> None:
    started = api.post(url, {"folder": "inbox"})
    assert started.status_code == 202 and started.json()["kind"] == "deployments.predict"
    run_jobs()
    said, archive = result(api, started.json())
    assert said["images"] == 3 and said["predictions"] == 2 and said["failures"] == 1
    assert said["failed"] == [{"item": "notes.jpg", "reason": "no image"}] == lines(archive, "failed.jsonl")
    found = lines(archive)
    assert [line["item"] for line in found] == ["a.png", "monday/b.jpg"]
    assert found[0]["image"] == {"width": 40, "height": 30} and found[0]["predictions"][0]["mask"]
    overlays = [name for name in archive.namelist() if name.startswith("overlays/")]
    assert overlays == ["overlays/a.png.jpg", "overlays/monday/b.jpg.jpg"]
    drawn = np.asarray(Image.open(io.BytesIO(archive.read(overlays[1]))), int)
    # White and the class's #ff8800 on the left, untouched on the right.
    assert drawn.shape == (20, 50, 3)
    assert np.abs(drawn[10, 5] - [255, 201, 140]).max() < 12 and drawn[10, 45].min() > 250


def test_a_snapshot_by_its_manifest_and_by_split(api: Any, url: str, version: Any, run_jobs: Any) -> None:
    everything = api.post(url, {"snapshot": version["id"]}).json()
    split = api.post(url, {"snapshot": version["id"], "split": "val", "overlays": False}).json()
    run_jobs()
    said, archive = result(api, everything)
    assert said["images"] == said["predictions"] == 6
    assert len({line["asset"] for line in lines(archive)}) == 6
    said, archive = result(api, split)
    assert said["images"] == 2 and [line["item"] for line in lines(archive)] == ["0.png", "1.png"]
    assert archive.namelist() == ["predictions.jsonl", "failed.jsonl"]


def test_the_query_goes_with_every_image(
    api: Any, url: str, inbox: str, inference: Any, run_jobs: Any
) -> None:
    job = api.post(f"{url}?output=polygons&threshold=0.5", {"folder": "inbox/monday"}).json()
    run_jobs()
    # Masks are asked for to draw with, and left out of what was not to have them.
    assert inference.predicted[-1][0].endswith("?threshold=0.5&output=polygons%2Cmask")
    _, archive = result(api, job)
    assert "mask" not in lines(archive)[0]["predictions"][0]


def test_a_query_that_the_server_does_not_take_fails_the_job(
    api: Any, url: str, inbox: str, inference: Any, run_jobs: Any
) -> None:
    detail = "colour: Unknown parameter."
    problem = {"detail": detail, "errors": [{"field": "colour", "message": "Unknown parameter."}]}
    inference.answers = lambda body: (400, problem, PROBLEM)
    job = api.post(f"{url}?colour=1", {"folder": "inbox"}).json()
    run_jobs()
    seen = api.get(f"/api/v1/jobs/{job['id']}").json()
    assert seen["status"] == "failed" and seen["error"]["status"] == 400
    assert seen["error"]["detail"] == detail and seen["error"]["errors"][0]["field"] == "colour"


def test_jobs_are_listed_with_what_they_work_on(api: Any, other_api: Any, url: str, inbox: str) -> None:
    job = api.post(url, {"folder": "inbox"}).json()
    assert [(each["id"], each["input"]) for each in api.get(url).json()["results"]] == [(job["id"], "folder")]
    assert other_api.get(url).status_code == 404
    file = f"{url}/{job['id']}/file"
    assert api.get(file).status_code == 409 and other_api.get(file).status_code == 404


@pytest.mark.parametrize(
    "name",
    [
        "../inbox",
        "/etc",
        "a/../../b",
        "",
        ".",
        "inbox/",
        "in\\box",
        "in\nbox",
        ".hidden",
        "x" * 501,
        "inbo",
        3,
    ],
)
def test_no_other_folder_can_be_named(api: Any, url: str, inbox: str, name: Any) -> None:
    answer = api.post(url, {"folder": name})
    assert answer.status_code == 400, answer.content
    assert answer.json()["errors"][0]["field"] == "folder"


def test_another_workspace_s_data_cannot_be_named(
    api: Any, other_api: Any, principal: Any, deployment: Any, url: str, inbox: str
) -> None:
    from accounts.services import create_workspace
    from projects.models import Project

    assert other_api.post(url, {"folder": "inbox"}).status_code == 404
    assert api.post(url, {"snapshot": "11111111-1111-4111-8111-111111111111"}).status_code == 404
    # Not even that of who may see both: the result would show it to all members of the deployment's.
    second = create_workspace(principal, "Second")
    snapshot = make_snapshot(Project.objects.create(workspace=second, name="Far"))
    row = Deployment.objects.select_related("project").get(pk=deployment["id"])
    with pytest.raises(NotFound):
        start_snapshot(principal, row, snapshot.pk, None, [], True)


@pytest.mark.parametrize(
    "body",
    [
        {},
        [],
        {"snapshot": "x"},
        {"snapshot": "x", "folder": "y"},
        {"folder": "inbox", "split": "val"},
        {"folder": "inbox", "overlays": "perhaps"},
    ],
)
def test_what_is_to_be_predicted_must_be_clear(api: Any, url: str, inbox: str, body: Any) -> None:
    answer = api.post(url, body)
    assert answer.status_code == 400 and answer.json()["errors"], answer.content


def test_a_split_without_images(api: Any, url: str, version: Any) -> None:
    for split in ("test", "holidays"):
        answer = api.post(url, {"snapshot": version["id"], "split": split})
        assert answer.status_code == 400 and answer.json()["errors"][0]["field"] == "split"


def test_a_stopped_deployment_starts_no_job(api: Any, url: str, inbox: str) -> None:
    Deployment.objects.update(status="stopped")
    assert api.post(url, {"folder": "inbox"}).status_code == 409


def test_it_takes_the_right_to_predict(client_for: Any, url: str, inbox: str) -> None:
    assert client_for("viewer").post(url, {"folder": "inbox"}).status_code == 403
    assert client_for("annotator").post(url, {"folder": "inbox"}).status_code == 202


def test_pictures_of_one_name_lie_side_by_side() -> None:
    taken: set[str] = set()
    names = [bulk_packing._free(name, taken) for name in ("a.png", "A.png", "a.png", "b/a.png")]
    assert names == ["a.png", "A.png (2)", "a.png (3)", "b/a.png"]
