"""One's own answer: kept apart, saved whole, handed in once, and blind."""

import uuid

import pytest

from tests.annotations.consensus.conftest import box

pytestmark = pytest.mark.django_db


@pytest.fixture
def mine(asset):
    return f"/api/v1/assets/{asset.pk}/answers/mine"


@pytest.fixture
def answers(asset):
    return f"/api/v1/assets/{asset.pk}/answers"


def names(response):
    return [row["user"]["name"] for row in response.json()["results"]]


def test_there_is_an_empty_answer_before_the_first_save(ann, mine):
    response = ann.api.get(mine)
    assert response.json() == {"state": "todo", "revision": 0, "results": [], "done_at": None}
    assert response["ETag"] == '"0"'


def test_an_answer_is_saved_apart_from_the_annotations(ann, give, mine, asset, classes):
    key = str(uuid.uuid4())
    saved = give(ann, [box(classes["cat"], 1, 2, 3, 4, id=key)], done=False)
    assert saved.status_code == 200, saved.json()
    assert saved["ETag"] == '"1"'
    body = ann.api.get(mine).json()
    assert body == saved.json()
    (shape,) = body["results"]
    assert (shape["id"], shape["bbox"], shape["area"]) == (key, [1, 2, 3, 4], 12)
    assert (body["state"], body["revision"]) == ("in_progress", 1)
    asset.refresh_from_db()
    assert (asset.revision, asset.annotations.count(), asset.review) == (0, 0, "todo")


def test_saving_the_same_again_is_no_new_revision(ann, give, classes):
    shapes = [box(classes["cat"], 1, 2, 3, 4)]
    give(ann, shapes, done=False)
    assert give(ann, shapes, 1, done=False).json()["revision"] == 1


def test_two_tabs_do_not_overwrite_each_other(ann, give, mine, classes):
    give(ann, [box(classes["cat"], 1, 2, 3, 4)], done=False)
    late = give(ann, [], done=False)
    assert late.status_code == 412
    assert "revision 1" in late.json()["detail"]
    assert len(ann.api.get(mine).json()["results"]) == 1


def test_what_is_handed_in_stays_as_it_is(ann, rita, give, answers, classes):
    shapes = [box(classes["cat"], 1, 2, 3, 4)]
    assert give(ann, shapes).json()["state"] == "done"
    again = give(ann, [], 1)
    assert again.status_code == 409
    assert "reviewer" in again.json()["detail"]
    (row,) = rita.api.get(answers).json()["results"]
    address = f"/api/v1/answers/{row['id']}"
    assert ann.api.patch(address, {"state": "in_progress"}).status_code == 403
    assert rita.api.patch(address, {"state": "in_progress"}).json()["state"] == "in_progress"
    assert rita.api.patch(address, {"state": "in_progress"}).status_code == 409
    assert give(ann, [], 1).status_code == 200


def test_nothing_can_be_an_answer(ann, give):
    body = give(ann, []).json()
    assert (body["state"], body["results"]) == ("done", [])


def test_bad_shapes_are_named(ann, give, classes):
    refused = give(ann, [box(classes["cat"], 1, 2, 3, 4), box(str(uuid.uuid4()), 1, 1, 1, 1)])
    assert refused.status_code == 400
    assert refused.json()["errors"][0]["field"] == "results.1.class"
    assert give(ann, [{"class": classes["cat"], "bbox": [1, 2, -3, 4]}]).status_code == 400


def test_others_answers_are_seen_when_ones_own_is_handed_in(ann, ben, cleo, rita, give, answers, classes):
    give(ann, [box(classes["cat"], 1, 2, 3, 4)])
    give(cleo, [box(classes["dog"], 1, 2, 3, 4)], done=False)
    assert ben.api.get(answers).json() == {"results": [], "hidden": 2}
    give(ben, [box(classes["dog"], 1, 2, 3, 4)], done=False)
    assert names(ben.api.get(answers)) == ["Ben"]
    give(ben, [], 1)
    seen = ben.api.get(answers)
    # Cleo is not ready: hers stays hers.
    assert sorted(names(seen)) == ["Ann", "Ben"]
    assert seen.json()["hidden"] == 1
    assert sorted(names(rita.api.get(answers))) == ["Ann", "Ben", "Cleo"]


def test_who_gets_an_answer_back_is_blind_again(ann, ben, rita, give, answers, classes):
    give(ann, [])
    give(ben, [])
    own = next(row for row in rita.api.get(answers).json()["results"] if row["user"]["name"] == "Ann")
    rita.api.patch(f"/api/v1/answers/{own['id']}", {"state": "in_progress"})
    assert names(ann.api.get(answers)) == ["Ann"]


def test_strangers_and_viewers_get_no_answer(other_api, client_for, ann, give, answers, mine):
    give(ann, [])
    assert other_api.get(answers).status_code == 404
    assert other_api.get(mine).status_code == 404
    viewer = client_for("viewer")
    assert viewer.get(answers).json() == {"results": [], "hidden": 1}
    assert viewer.put(mine, {"results": []}, HTTP_IF_MATCH='"0"').status_code == 403


def test_an_answer_is_withdrawn_by_who_reviews(ann, rita, give, answers):
    give(ann, [])
    (row,) = rita.api.get(answers).json()["results"]
    assert ann.api.delete(f"/api/v1/answers/{row['id']}").status_code == 403
    assert rita.api.delete(f"/api/v1/answers/{row['id']}").status_code == 204
    assert rita.api.get(answers).json()["results"] == []


def test_shapes_of_a_deleted_class_are_not_sent_back(api, ann, give, mine, classes):
    give(ann, [box(classes["cat"], 1, 2, 3, 4), box(classes["dog"], 1, 2, 3, 4)], done=False)
    assert api.delete(f"/api/v1/classes/{classes['cat']}?annotations=delete").status_code == 204
    body = ann.api.get(mine).json()
    assert [shape["class"] for shape in body["results"]] == [classes["dog"]]
    shapes = [{"class": shape["class"], "bbox": shape["bbox"]} for shape in body["results"]]
    assert ann.api.put(mine, {"results": shapes}, HTTP_IF_MATCH='"1"').status_code == 200


def test_shapes_of_a_class_that_is_merged_into_another_follow_it(api, ann, give, mine, classes):
    give(ann, [box(classes["cat"], 1, 2, 3, 4), box(classes["dog"], 1, 2, 3, 4)], done=False)
    merged = api.delete(f"/api/v1/classes/{classes['cat']}?annotations={classes['dog']}")
    assert merged.status_code == 204
    body = ann.api.get(mine).json()
    assert [shape["class"] for shape in body["results"]] == [classes["dog"]] * 2
    assert body["revision"] == 2


def test_videos_are_told_apart(ann, asset, give):
    asset.media = "video"
    asset.save()
    refused = give(ann, [])
    assert refused.status_code == 422
    assert "frames" in refused.json()["detail"]
