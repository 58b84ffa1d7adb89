"""Going back to a revision, as a new one."""

import pytest

from tests.annotations.merging.conftest import fresh

pytestmark = pytest.mark.django_db
KEPT = ("id", "class", "bbox", "z", "area", "box", "attributes", "source", "created_by", "created_at")


def plain(shapes):
    return [{name: shape.get(name) for name in KEPT} for shape in shapes]


@pytest.fixture
def restore(asset):
    def post(client, target, revision):
        address = f"/api/v1/assets/{asset.pk}/restore"
        return client.post(address, {"revision": target}, HTTP_IF_MATCH=f'"{revision}"')

    return post


@pytest.fixture
def history(api, other, send, url, classes):
    """Five revisions, and what was there after each."""
    one, two = fresh(classes["cat"], attributes={"a": 1}), fresh(classes["dog"], 3, 3)
    seen = [[]]
    for who, items in (
        (api, {"create": [one, two]}),
        (other, {"update": [{"id": one["id"], "base": 1, "bbox": [2, 2, 9, 9], "class": classes["dog"]}]}),
        (api, {"delete": [{"id": two["id"], "base": 1}]}),
        (api, {"create": [fresh(classes["cat"], 7, 7)]}),
        (other, {"update": [{"id": one["id"], "base": 2, "z": 5}]}),
    ):
        assert send(who, **items).json()["refused"] == []
        seen.append(plain(api.get(url).json()["results"]))
    return seen


@pytest.mark.parametrize("target", range(6))
def test_every_revision_can_be_gone_back_to(api, url, restore, history, target):
    answer = restore(api, target, 5)
    assert answer.status_code == 200
    assert plain(answer.json()["results"]) == history[target]
    assert answer.json()["left_out"] == []
    # To where it already is: nothing to do.
    assert answer.json()["revision"] == (6 if target < 5 else 5)
    if target < 5:
        assert plain(restore(api, 5, 6).json()["results"]) == history[5]


def test_the_history_says_who_when_and_how_much(api, owner, url, restore, history):
    restore(api, 1, 5)
    rows = api.get(f"{url}/history").json()["results"]
    assert (rows[0]["restored"], rows[0]["actor"]) == (1, owner.email)
    assert rows[0]["actor_name"] == owner.name
    assert rows[0]["summary"] == {"created": 1, "updated": 1, "deleted": 1}
    assert rows[-1]["summary"] == {"created": 2, "updated": 0, "deleted": 0}
    assert rows[1]["restored"] is None


def test_shapes_of_a_class_that_is_gone_stay_away(api, restore, history, classes, url):
    assert api.delete(f"/api/v1/classes/{classes['dog']}?annotations=delete").status_code == 204
    answer = restore(api, 1, 6).json()
    assert [shape["class"] for shape in answer["results"]] == [classes["cat"]]
    assert len(answer["left_out"]) == 1


def test_not_against_an_old_state_nor_into_the_future(api, client_for, restore, history):
    assert restore(api, 1, 4).status_code == 412
    answer = restore(api, 6, 5)
    assert (answer.status_code, answer.json()["errors"][0]["field"]) == (400, "revision")
    assert restore(client_for("viewer"), 1, 5).status_code == 403


def test_a_history_with_holes_is_not_made_up(api, asset, restore, history):
    asset.revisions.filter(revision=3).delete()
    assert restore(api, 1, 5).status_code == 422
    assert restore(api, 3, 5).status_code == 200
