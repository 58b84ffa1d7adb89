"""Projects: made, listed, changed, removed, and seen by their workspace only."""

import pytest

pytestmark = pytest.mark.django_db


def body(workspace, **more):
    return {"workspace": str(workspace.pk), "name": "Cells", "task": "instance", **more}


def test_create_and_list(api, workspace):
    made = api.post("/api/v1/projects", body(workspace))
    assert made.status_code == 201
    assert made.json()["unlabelled"] == "background"
    assert made.json()["counts"] == {"assets": 0, "annotated": 0, "annotations": 0, "classes": 0}
    assert [p["name"] for p in api.get("/api/v1/projects").json()["results"]] == ["Cells"]
    assert api.get("/api/v1/projects?name=ell").json()["results"]
    assert not api.get("/api/v1/projects?name=zzz").json()["results"]
    assert not api.get("/api/v1/projects?workspace=nonsense").json()["results"]


def test_taken_name_conflicts(api, workspace):
    first = api.post("/api/v1/projects", body(workspace)).json()
    answer = api.post("/api/v1/projects", body(workspace))
    assert answer.status_code == 409
    assert answer.json()["errors"][0]["field"] == "name"
    other = api.post("/api/v1/projects", body(workspace, name="Two")).json()
    assert api.patch(f"/api/v1/projects/{other['id']}", {"name": first["name"]}).status_code == 409


@pytest.mark.parametrize(
    ("field", "value"), [("task", "dance"), ("media", "smell"), ("name", ""), ("unlabelled", "x")]
)
def test_bad_field_is_named(api, workspace, field, value):
    answer = api.post("/api/v1/projects", body(workspace, **{field: value}))
    assert answer.status_code == 400
    assert answer.json()["errors"][0]["field"] == field


def test_task_stays(api, project):
    answer = api.patch(f"/api/v1/projects/{project.pk}", {"task": "panoptic", "description": "d"})
    assert answer.json()["task"] == "semantic"
    assert answer.json()["description"] == "d"


def test_strangers_and_viewers(other_api, client_for, workspace, project):
    url = f"/api/v1/projects/{project.pk}"
    assert other_api.get(url).status_code == 404
    assert other_api.delete(url).status_code == 404
    assert other_api.post("/api/v1/projects", body(workspace)).status_code == 404
    viewer = client_for("viewer")
    assert viewer.get(url).status_code == 200
    assert viewer.patch(url, {"name": "x"}).status_code == 403
    assert viewer.post("/api/v1/projects", body(workspace)).status_code == 403


def test_delete(api, project):
    assert api.delete(f"/api/v1/projects/{project.pk}").status_code == 204
    assert api.get(f"/api/v1/projects/{project.pk}").status_code == 404
