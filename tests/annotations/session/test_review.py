"""Who has the image open hears of its review and of what is said of it as it happens."""

import pytest
from asgiref.sync import sync_to_async

from tests.annotations.session.conftest import Person

pytestmark = pytest.mark.django_db(transaction=True)


@sync_to_async
def ask(client, method, path, body=None):
    answer = getattr(client, method)(f"/api/v1/{path}", body, format="json")
    assert answer.status_code < 300, answer.data
    return answer.json() if answer.content else None


async def test_a_step_is_heard_by_everybody(api, asset, ann):
    async with Person(asset, ann) as one:
        assert one.welcome["review"] == "todo" and one.welcome["can_review"] is False
        await ask(api, "patch", f"assets/{asset.pk}", {"review": "rejected", "note": "No roof."})
        assert (await one.hear("review"))["review"] == "rejected"


async def test_drawing_takes_up_what_was_rejected(api, asset, classes, ann, bob):
    await ask(api, "patch", f"assets/{asset.pk}", {"review": "rejected"})
    async with Person(asset, ann) as one, Person(asset, bob) as two:
        assert two.welcome["review"] == "rejected"
        shape = {"id": "7e5f3f6e-9d0e-4a38-9f5c-5b0a1cf10b11", "class": classes["cat"], "bbox": [1, 1, 4, 4]}
        assert (await one.change(create=[shape]))["type"] == "accepted"
        assert (await two.hear("review"))["review"] == "in_progress"
        assert (await two.hear("change"))["revision"] == 1


async def test_comments_come_change_and_go(api, asset, ann):
    async with Person(asset, ann) as one:
        made = await ask(api, "post", f"assets/{asset.pk}/comments", {"text": "Look.", "x": 1, "y": 2})
        heard = (await one.hear("comment"))["comment"]
        assert heard["id"] == made["id"] and (heard["x"], heard["y"]) == (1, 2)
        await ask(api, "patch", f"comments/{made['id']}", {"resolved": True})
        assert (await one.hear("comment"))["comment"]["resolved_by"]["name"]
        await ask(api, "delete", f"comments/{made['id']}")
        assert (await one.hear("comment"))["deleted"] == made["id"]
