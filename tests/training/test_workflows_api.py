"""Workflows over REST: names, versions, and who may."""

from __future__ import annotations

from typing import Any

SPEC = {"architecture": "segformer", "variant": "b0", "weights": "scratch"}


def make(api: Any, project: Any, name: str = "Quick", spec: Any = None) -> Any:
    return api.post(f"/api/v1/projects/{project.pk}/workflows", {"name": name, "spec": spec or SPEC})


def test_a_workflow_is_made_with_its_defaults_filled(api: Any, project: Any) -> None:
    answer = make(api, project)
    assert answer.status_code == 201
    body = answer.json()
    assert (body["name"], body["version"], body["project"]) == ("Quick", 1, str(project.pk))
    assert body["spec"]["hyperparameters"]["steps"] == 1000
    assert api.get(f"/api/v1/workflows/{body['id']}").json() == body
    listed = api.get(f"/api/v1/projects/{project.pk}/workflows").json()
    assert [row["id"] for row in listed["results"]] == [body["id"]] and listed["next"] is None


def test_a_wrong_spec_is_a_problem_that_names_the_field(api: Any, project: Any) -> None:
    answer = make(api, project, spec={**SPEC, "hyperparameters": {"learning_rate": -1, "momentun": 1}})
    assert answer.status_code == 400
    assert answer["Content-Type"].startswith("application/problem+json")
    assert {error["field"] for error in answer.json()["errors"]} == {
        "spec.hyperparameters.learning_rate",
        "spec.hyperparameters.momentun",
    }


def test_an_architecture_that_does_not_fit_the_task_is_refused(api: Any, project: Any) -> None:
    project.task = "instance"
    project.save()
    answer = make(api, project)
    assert answer.status_code == 400
    assert [error["field"] for error in answer.json()["errors"]] == ["spec.architecture"]


def test_unknown_and_missing_keys_of_the_body_are_named(api: Any, project: Any) -> None:
    url = f"/api/v1/projects/{project.pk}/workflows"
    answer = api.post(url, {"name": "x", "spec": SPEC, "colour": "red"})
    assert answer.status_code == 400 and answer.json()["errors"][0]["field"] == "colour"
    answer = api.post(url, {"spec": SPEC})
    assert answer.status_code == 400 and answer.json()["errors"][0]["field"] == "name"
    assert api.post(url, [1, 2]).status_code == 400


def test_a_name_is_given_once_a_project_and_is_free_again_after_deletion(api: Any, project: Any) -> None:
    first = make(api, project).json()
    assert make(api, project).status_code == 409
    assert api.delete(f"/api/v1/workflows/{first['id']}").status_code == 204
    assert api.get(f"/api/v1/workflows/{first['id']}").status_code == 404
    assert make(api, project).status_code == 201


def test_a_changed_spec_is_a_new_version_and_the_old_one_stays(api: Any, project: Any) -> None:
    workflow = make(api, project).json()
    url = f"/api/v1/workflows/{workflow['id']}"
    changed = api.patch(url, {"spec": {**SPEC, "hyperparameters": {"steps": 50}}}).json()
    assert changed["version"] == 2 and changed["spec"]["hyperparameters"]["steps"] == 50
    assert api.patch(url, {"spec": changed["spec"]}).json()["version"] == 2
    assert api.patch(url, {"name": "Quicker"}).json()["name"] == "Quicker"
    versions = api.get(f"{url}/versions").json()["results"]
    assert [row["version"] for row in versions] == [2, 1]
    assert versions[1]["spec"] == workflow["spec"]


def test_weights_must_be_an_artifact_of_this_project(api: Any, project: Any, make_artifact: Any) -> None:
    artifact = make_artifact()
    spec = {**SPEC, "weights": f"artifact:{artifact.pk}"}
    assert make(api, project, "own", spec).status_code == 201
    other = api.post(
        "/api/v1/projects", {"workspace": str(project.workspace_id), "name": "B", "task": "semantic"}
    )
    foreign = api.post(f"/api/v1/projects/{other.json()['id']}/workflows", {"name": "x", "spec": spec})
    assert foreign.status_code == 400 and foreign.json()["errors"][0]["field"] == "spec.weights"


def test_strangers_see_nothing_and_annotators_change_nothing(
    api: Any, other_api: Any, client_for: Any, anonymous: Any, project: Any
) -> None:
    workflow = make(api, project).json()
    url = f"/api/v1/workflows/{workflow['id']}"
    assert anonymous.get(url).status_code == 401
    assert other_api.get(url).status_code == 404
    assert other_api.patch(url, {"name": "mine"}).status_code == 404
    assert make(other_api, project).status_code == 404
    annotator = client_for("annotator")
    assert annotator.get(url).status_code == 200
    assert annotator.patch(url, {"name": "mine"}).status_code == 403
    assert make(annotator, project).status_code == 403
    assert make(client_for("engineer", ["read"]), project).status_code == 403
    assert make(client_for("engineer", ["train"]), project, "Engineered").status_code == 201


def test_an_idempotency_key_makes_one_workflow(api: Any, project: Any) -> None:
    url = f"/api/v1/projects/{project.pk}/workflows"
    body = {"name": "Once", "spec": SPEC}
    first = api.post(url, body, HTTP_IDEMPOTENCY_KEY="k1")
    second = api.post(url, body, HTTP_IDEMPOTENCY_KEY="k1")
    assert first.status_code == second.status_code == 201
    assert first.json()["id"] == second.json()["id"]


def test_the_catalogue_is_listed(api: Any) -> None:
    entries = api.get("/api/v1/architectures").json()["results"]
    assert "segformer" in [entry["name"] for entry in entries]
    assert {"variants", "input_sizes", "hyperparameters", "augmentations", "licence"} <= set(entries[0])
