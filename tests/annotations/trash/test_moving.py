"""Assets move to another project with what is drawn on them."""

import uuid

import pytest

from annotations.models import Annotation
from projects.models import Asset, LabelClass, Project

pytestmark = pytest.mark.django_db
SQUARE = [{"exterior": [[1, 1], [9, 1], [9, 9], [1, 9]], "holes": []}]


@pytest.fixture
def target(principal, workspace):
    from projects.services.projects import create_project

    return create_project(principal, workspace, name="Zoo", task="semantic")


@pytest.fixture
def drawn(api, project, classes):
    """An asset with a cat and a dog on it."""
    asset = Asset.objects.create(project=project, name="a.jpg", width=20, height=20, sha256="1" * 64)
    shapes = [{"class": classes[name], "polygons": SQUARE} for name in ("cat", "dog")]
    answer = api.patch(
        f"/api/v1/assets/{asset.pk}/annotations", {"create": shapes}, format="json", HTTP_IF_MATCH="0"
    )
    assert answer.status_code == 200, answer.json()
    return asset


def move(api, project, asset, target, status=200):
    body = {"ids": [str(asset.pk)], "move_to": str(target.pk)}
    answer = api.post(f"/api/v1/projects/{project.pk}/assets/bulk", body, format="json")
    assert answer.status_code == status, answer.json()
    return answer.json()


def test_classes_go_by_their_names_and_are_made_where_missing(api, project, target, drawn):
    there = LabelClass.objects.create(project=target, name="dog", color="#000000", position=0)

    answer = move(api, project, drawn, target)

    assert answer["changed"] == 1
    assert answer["notes"] == ["Classes made in Zoo: cat."]
    drawn.refresh_from_db()
    cat = LabelClass.objects.get(project=target, name="cat")
    assert drawn.project == target
    assert drawn.class_ids == sorted([str(cat.pk), str(there.pk)])
    assert {shape.label_class for shape in Annotation.objects.all()} == {cat, there}


def test_its_history_can_be_gone_back_to(api, project, target, drawn, classes):
    move(api, project, drawn, target)

    was = api.get(f"/api/v1/assets/{drawn.pk}/history/1").json()
    names = dict(LabelClass.objects.filter(project=target).values_list("pk", "name"))
    assert sorted(names[uuid.UUID(shape["class"])] for shape in was["results"]) == ["cat", "dog"]


def test_it_comes_back_as_it_was(api, project, target, drawn, classes):
    answer = move(api, project, drawn, target)

    assert api.post(f"/api/v1/undo/{answer['undo']}").json()["restored"] == 1
    drawn.refresh_from_db()
    assert drawn.project == project
    assert drawn.class_ids == sorted([classes["cat"], classes["dog"]])
    assert {str(shape.label_class_id) for shape in Annotation.objects.all()} == {
        classes["cat"],
        classes["dog"],
    }


def test_what_is_there_already_stays_and_is_told(api, project, target, drawn):
    Asset.objects.create(project=target, name="same.jpg", width=20, height=20, sha256="1" * 64)

    answer = move(api, project, drawn, target)

    assert answer["changed"] == 0
    assert "a.jpg is in Zoo already, as same.jpg." in answer["notes"]


def test_a_taken_name_gets_a_number(api, project, target, drawn):
    Asset.objects.create(project=target, name="a.jpg", width=20, height=20)
    move(api, project, drawn, target)

    assert Asset.objects.get(pk=drawn.pk).name == "a (2).jpg"


def test_only_to_another_project_of_the_workspace(api, project, drawn, other_api):
    workspaces = other_api.get("/api/v1/workspaces").json()["results"]
    body = {"workspace": workspaces[0]["id"], "name": "Theirs", "task": "semantic"}
    theirs = other_api.post("/api/v1/projects", body, format="json").json()["id"]

    for place in (project, Project.objects.get(pk=theirs)):
        assert move(api, project, drawn, place, 400)["errors"][0]["field"] == "move_to"
