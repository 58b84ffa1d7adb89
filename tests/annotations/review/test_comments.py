"""Threads on an asset: written, answered, settled, taken back, and who hears of it."""

import uuid

import pytest

from annotations.models import Comment
from annotations.services import comments as services
from core.models import Event

pytestmark = pytest.mark.django_db


@pytest.fixture
def where(asset):
    return f"/api/v1/assets/{asset.pk}/comments"


def say(client, where, text="The edge is off.", **more):
    return client.post(where, {"text": text, **more}, format="json")


def open_ones(api, asset):
    return api.get(f"/api/v1/assets/{asset.pk}").data["open_comments"]


def test_a_comment_at_a_place_is_kept_counted_and_told(api, member, asset, where):
    anna, client = member("annotator", "Anna")
    answer = say(client, where, x=12.5, y=30)
    assert answer.status_code == 201
    assert answer.data["author"] == {"id": str(anna.pk), "name": "Anna"}
    assert (answer.data["x"], answer.data["y"]) == (12.5, 30)
    (row,) = api.get(where).json()["results"]
    assert row == answer.json()
    told = Event.objects.get(topic=f"asset:{asset.pk}", type="comment")
    assert told.payload["comment"]["id"] == answer.data["id"]
    assert open_ones(api, asset) == 1
    assert len(api.get(f"/api/v1/projects/{asset.project_id}/assets?comments=open").data["results"]) == 1


def test_settling_and_answering_opens_again(api, member, asset, where):
    _, client = member("annotator", "Anna")
    thread = say(api, where).data["id"]
    done = client.patch(f"/api/v1/comments/{thread}", {"resolved": True}, format="json")
    assert done.data["resolved_by"]["name"] == "Anna" and done.data["resolved_at"]
    assert open_ones(api, asset) == 0
    assert api.get(f"{where}?resolved=false").data["results"] == []
    assert say(client, where, "Still off.", parent=thread).status_code == 201
    assert open_ones(api, asset) == 1
    assert Comment.objects.get(pk=thread).resolved_at is None


def test_only_its_author_says_it_otherwise(api, member, where):
    _, client = member("reviewer", "Rita")
    key = say(client, where).data["id"]
    assert api.patch(f"/api/v1/comments/{key}", {"text": "Fine."}, format="json").status_code == 403
    changed = client.patch(f"/api/v1/comments/{key}", {"text": "Look again."}, format="json").data
    assert changed["text"] == "Look again." and changed["edited_at"]


def test_taken_back_by_its_author_or_a_reviewer_with_its_answers(api, member, asset, where):
    _, anna = member("annotator", "Anna")
    _, ben = member("annotator", "Ben")
    thread = say(anna, where).data["id"]
    say(ben, where, "Why?", parent=thread)
    assert ben.delete(f"/api/v1/comments/{thread}").status_code == 403
    assert anna.delete(f"/api/v1/comments/{thread}").status_code == 204
    assert not Comment.objects.exists() and open_ones(api, asset) == 0
    other = say(anna, where).data["id"]
    assert api.delete(f"/api/v1/comments/{other}").status_code == 204
    assert Event.objects.filter(payload={"deleted": other}).exists()


def test_a_shape_is_named_and_may_go(api, asset, classes, where):
    shape = {"class": classes["cat"], "bbox": [1, 1, 5, 5]}
    answer = api.patch(
        f"/api/v1/assets/{asset.pk}/annotations",
        {"create": [shape]},
        format="json",
        headers={"If-Match": "0"},
    )
    key = answer.data["results"][0]["id"]
    assert say(api, where, annotation=key).data["annotation"] == key
    api.patch(
        f"/api/v1/assets/{asset.pk}/annotations",
        {"delete": [key]},
        format="json",
        headers={"If-Match": "1"},
    )
    assert api.get(where).data["results"][0]["annotation"] == key


def test_bad_comments_name_the_field(api, member, asset, where):
    def field(**body):
        answer = say(api, where, **body)
        assert answer.status_code == 400, answer.data
        return answer.data["errors"][0]["field"]

    thread = say(api, where).data["id"]
    answer = say(api, where, parent=thread).data["id"]
    assert field(text="") == "text"
    assert field(text="x" * 5001) == "text"
    assert field(x=3) == "y"
    assert field(x=41, y=3) == "x"
    assert field(x=3, y=float("1e9")) == "x"
    assert field(annotation=str(uuid.uuid4())) == "annotation"
    assert field(parent=str(uuid.uuid4())) == "parent"
    assert field(parent=answer) == "parent"
    assert field(parent=thread, x=1, y=1) == "x"
    settled = api.patch(f"/api/v1/comments/{answer}", {"resolved": True}, format="json")
    assert settled.data["errors"][0]["field"] == "resolved"


def test_a_frame_is_said_of_videos(api, asset, project, where):
    from projects.models import Asset

    answer = say(api, where, x=1, y=1, frame=3)
    assert answer.status_code == 400 and answer.data["errors"][0]["field"] == "frame"
    video = Asset.objects.create(project=project, name="a.mp4", media="video", width=40, height=30, frames=10)
    film = f"/api/v1/assets/{video.pk}/comments"
    assert say(api, film, x=1, y=1, frame=9).data["frame"] == 9
    answer = say(api, film, frame=10)
    assert answer.status_code == 400 and answer.data["errors"][0]["field"] == "frame"


def test_strangers_and_viewers(other_api, member, api, where):
    _, vera = member("viewer", "Vera")
    key = say(api, where).data["id"]
    assert vera.get(where).status_code == 200
    assert say(vera, where).status_code == 403
    assert other_api.get(where).status_code == 404
    assert other_api.patch(f"/api/v1/comments/{key}", {"text": "x"}, format="json").status_code == 404


@pytest.fixture
def meanwhile(monkeypatch):
    """Have something happen between the reading of a comment and the lock."""

    def arrange(act):
        locked = services._locked
        monkeypatch.setattr(services, "_locked", lambda asset: (act(), locked(asset))[1])

    return arrange


def test_settling_keeps_a_text_that_was_changed_meanwhile(api, where, meanwhile):
    thread = say(api, where).data["id"]
    meanwhile(lambda: Comment.objects.filter(pk=thread).update(text="The corner is off."))
    done = api.patch(f"/api/v1/comments/{thread}", {"resolved": True}, format="json")
    assert done.data["text"] == Comment.objects.get(pk=thread).text == "The corner is off."


def test_what_was_taken_back_meanwhile_does_not_come_back(api, where, meanwhile):
    thread = say(api, where).data["id"]
    meanwhile(lambda: Comment.objects.filter(pk=thread).delete())
    assert api.patch(f"/api/v1/comments/{thread}", {"text": "No."}, format="json").status_code == 404
