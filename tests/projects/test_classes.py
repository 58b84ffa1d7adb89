"""Classes: order, mask values, colours, and no vanishing labels."""

import pytest

from projects.services.projects import update_project

pytestmark = pytest.mark.django_db


@pytest.fixture
def url(project):
    return f"/api/v1/projects/{project.pk}/classes"


def add(api, url, *names, **more):
    return [api.post(url, {"name": name, **more}).json() for name in names]


def indices(api, url):
    return {row["name"]: row["index"] for row in api.get(url).json()["results"]}


def test_values_follow_the_order(api, url):
    classes = add(api, url, "cat", "dog", "cow")
    assert indices(api, url) == {"cat": 1, "dog": 2, "cow": 3}
    api.patch(f"/api/v1/classes/{classes[2]['id']}", {"position": 0})
    assert indices(api, url) == {"cow": 1, "cat": 2, "dog": 3}
    api.patch(f"/api/v1/classes/{classes[2]['id']}", {"position": 99})
    assert indices(api, url) == {"cat": 1, "dog": 2, "cow": 3}


def test_ignored_classes_take_no_number(api, url):
    add(api, url, "cat")
    add(api, url, "void", ignore=True)
    add(api, url, "dog")
    assert indices(api, url) == {"cat": 1, "void": 255, "dog": 2}


def test_without_background_the_values_start_at_zero(api, url, project, principal):
    update_project(principal, project, unlabelled="ignore")
    add(api, url, "cat", "dog")
    assert indices(api, url) == {"cat": 0, "dog": 1}


def test_colours_come_by_themselves_and_differ(api, url):
    by_hand = add(api, url, "mine", color="#E69F00")
    made = add(api, url, *(f"class {n}" for n in range(40)))
    assert len({row["color"].lower() for row in by_hand + made}) == 41


@pytest.mark.parametrize(("field", "value"), [("color", "red"), ("hotkey", "ab"), ("name", "")])
def test_bad_field_is_named(api, url, field, value):
    answer = api.post(url, {"name": "x", field: value})
    assert answer.status_code == 400
    assert answer.json()["errors"][0]["field"] == field


def test_taken_name_conflicts(api, url):
    first, second = add(api, url, "cat", "dog")
    assert api.post(url, {"name": "cat"}).status_code == 409
    assert api.patch(f"/api/v1/classes/{second['id']}", {"name": "cat"}).status_code == 409
    assert api.patch(f"/api/v1/classes/{first['id']}", {"name": "cat"}).status_code == 200


def test_class_in_use_stays(api, url, project):
    from annotations.models import Annotation
    from projects.models import Asset, LabelClass

    (made,) = add(api, url, "cat")
    asset = Asset.objects.create(project=project, name="a.png")
    label_class = LabelClass.objects.get(pk=made["id"])
    shape = Annotation.objects.create(
        asset=asset, label_class=label_class, kind="bbox", geometry=[0, 0, 1, 1]
    )
    assert api.delete(f"/api/v1/classes/{made['id']}").status_code == 409
    assert api.get(url).json()["results"][0]["annotations"] == 1
    shape.delete()
    assert api.delete(f"/api/v1/classes/{made['id']}").status_code == 204


def test_strangers_and_annotators(other_api, client_for, api, url):
    (made,) = add(api, url, "cat")
    assert other_api.get(url).status_code == 404
    assert other_api.patch(f"/api/v1/classes/{made['id']}", {"name": "x"}).status_code == 404
    assert client_for("annotator").post(url, {"name": "x"}).status_code == 403
