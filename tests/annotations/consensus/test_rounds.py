"""Giving images to several people each."""

import uuid

import pytest

from projects.models import Asset

pytestmark = pytest.mark.django_db


@pytest.fixture
def url(project):
    return f"/api/v1/projects/{project.pk}/consensus"


@pytest.fixture
def images(project, classes):
    return [Asset.objects.create(project=project, name=f"{n}.png", width=9, height=9) for n in range(6)]


def ask(who, url, people, overlap=2, **more):
    return who.api.post(url, {"people": [str(p.user.pk) for p in people], "overlap": overlap, **more})


def test_work_is_even_and_asking_again_asks_nobody(rita, ann, ben, cleo, url, images):
    first = ask(rita, url, [ann, ben, cleo])
    assert first.status_code == 200, first.json()
    body = first.json()
    assert (body["assigned"], body["assets"], body["warnings"]) == (12, 6, [])
    assert [(row["user"]["name"], row["count"]) for row in body["people"]] == [
        ("Ann", 4),
        ("Ben", 4),
        ("Cleo", 4),
    ]
    again = ask(rita, url, [ann, ben, cleo]).json()
    assert (again["assigned"], again["assets"]) == (0, 0)
    assert again["warnings"] == ["6 images have 2 people or more already."]
    assert ask(rita, url, [ann, ben, cleo], 3).json()["assigned"] == 6


def test_answers_given_of_own_accord_count(rita, ann, ben, cleo, url, images, give):
    give(cleo, [], to=images[0])
    body = ask(rita, url, [ann, ben], assets=[str(images[0].pk)]).json()
    assert body["assigned"] == 1


def test_images_are_chosen_as_in_the_list(rita, ann, ben, url, images):
    images[2].tags = ["hard"]
    images[2].save()
    assert ask(rita, url, [ann, ben], filters={"tag": "hard"}).json()["assets"] == 1
    chosen = [str(images[0].pk), str(images[2].pk)]
    assert ask(rita, url, [ann, ben], assets=chosen).json()["assets"] == 1


def test_what_is_no_ready_image_is_left_out(rita, ann, ben, url, images):
    Asset.objects.filter(pk=images[0].pk).update(status="rejected")
    Asset.objects.filter(pk=images[1].pk).update(media="video")
    body = ask(rita, url, [ann, ben]).json()
    assert body["assets"] == 4
    assert body["warnings"] == ["2 assets are left out: only images that are ready are given out."]


@pytest.mark.parametrize("overlap", [0, 1, 3])
def test_overlap_lies_between_two_and_the_people(rita, ann, ben, url, images, overlap):
    refused = ask(rita, url, [ann, ben], overlap)
    assert refused.status_code == 400
    assert refused.json()["errors"][0]["field"] == "overlap"


def test_people_who_cannot_are_named(rita, ann, member, url, images):
    viewer, _ = member("viewer", "Vera")
    body = {"people": [str(ann.user.pk), str(viewer.pk)], "overlap": 2}
    refused = rita.api.post(url, body)
    assert refused.status_code == 400
    assert refused.json()["errors"][0]["field"] == "people.1"
    body["people"][1] = str(uuid.uuid4())
    assert rita.api.post(url, body).json()["errors"][0]["field"] == "people.1"
    assert ask(rita, url, [ann, ann]).json()["errors"][0]["field"] == "people"


def test_only_who_reviews_asks(ann, ben, url, images, other_api):
    assert ask(ann, url, [ann, ben]).status_code == 403
    assert other_api.get(url).status_code == 404


def test_unknown_assets_ask_nobody(rita, ann, ben, url, images):
    refused = ask(rita, url, [ann, ben], assets=[str(images[0].pk), str(uuid.uuid4())])
    assert refused.status_code == 404
    assert rita.api.get(url).json()["results"] == []


def test_the_list_tells_each_their_part(rita, ann, ben, cleo, url, images, give):
    ask(rita, url, [ann, ben], assets=[str(images[0].pk)])
    ask(rita, url, [ben, cleo], assets=[str(images[1].pk)])
    give(ben, [], to=images[0])
    body = rita.api.get(url).json()
    assert [row["asset"]["name"] for row in body["results"]] == ["0.png", "1.png"]
    assert [(a["user"]["name"], a["state"]) for a in body["results"][0]["answers"]] == [
        ("Ann", "todo"),
        ("Ben", "done"),
    ]
    assert body["total"] == {"todo": 3, "in_progress": 0, "done": 1}
    assert [(row["user"]["name"], row["todo"], row["done"]) for row in body["people"]] == [
        ("Ann", 1, 0),
        ("Ben", 1, 1),
        ("Cleo", 1, 0),
    ]
    own = ann.api.get(url).json()
    assert [row["asset"]["name"] for row in own["results"]] == ["0.png"]
    assert [a["user"]["name"] for a in own["results"][0]["answers"]] == ["Ann"]
    assert [row["user"]["name"] for row in own["people"]] == ["Ann"]


def test_the_list_is_filtered_by_person_and_state(rita, ann, ben, url, images, give):
    ask(rita, url, [ann, ben], assets=[str(image.pk) for image in images[:2]])
    give(ben, [], to=images[0])

    def listed(who, query):
        return [row["asset"]["name"] for row in who.api.get(f"{url}?{query}").json()["results"]]

    assert listed(ben, "person=me&state=open") == ["1.png"]
    assert listed(ben, "person=me&state=done") == ["0.png"]
    assert listed(rita, f"person={ann.user.pk}&state=open") == ["0.png", "1.png"]
    assert listed(rita, "state=done") == []
    assert listed(rita, "person=me") == []
    assert rita.api.get(f"{url}?state=odd").status_code == 400
    assert rita.api.get(f"{url}?person=odd").status_code == 400


def test_the_list_comes_in_pages(rita, ann, ben, url, images):
    ask(rita, url, [ann, ben])
    first = rita.api.get(f"{url}?limit=4").json()
    second = rita.api.get(first["next"]).json()
    names = [row["asset"]["name"] for page in (first, second) for row in page["results"]]
    assert names == [f"{n}.png" for n in range(6)]
    assert second["next"] is None
