"""Who is in the image, where they point, and what they are drawing."""

import asyncio
import time

import pytest

from annotations import rooms
from tests.annotations.session.conftest import Person

pytestmark = pytest.mark.django_db(transaction=True)


async def test_people_come_and_go(asset, ann, bob):
    async with Person(asset, ann) as one:
        assert one.welcome["people"] == []
        async with Person(asset, bob) as two:
            (person,) = two.welcome["people"]
            assert (person["session"], person["user"]["name"]) == (one.session, "Ann")
            joined = (await one.hear("joined"))["person"]
            assert (joined["session"], joined["user"]["name"]) == (two.session, "Bob")
        assert (await one.hear("left"))["session"] == two.session


async def test_gestures_reach_the_others_only(asset, ann, bob):
    async with Person(asset, ann) as one, Person(asset, bob) as two:
        await one.hear("joined")
        await one.say("cursor", x=1.5, y=2)
        assert await two.hear("cursor") == {"type": "cursor", "session": one.session, "x": 1.5, "y": 2}
        await one.say("draft", draft={"kind": "box", "box": [1, 1, 2, 2]})
        assert (await two.hear("draft"))["draft"]["kind"] == "box"
        await one.say("selection", ids=["a", "b"])
        assert (await two.hear("selection"))["ids"] == ["a", "b"]
        assert await one.socket.receive_nothing(0.2)


async def test_newcomers_see_where_the_others_are(asset, ann, bob):
    async with Person(asset, ann) as one:
        await one.say("cursor", x=3, y=4)
        await one.say("selection", ids=["a"])
        await one.say("ping")
        await one.hear("pong")
        async with Person(asset, bob) as two:
            (person,) = two.welcome["people"]
            assert (person["cursor"], person["selection"]) == ([3, 4], ["a"])


async def test_of_fast_gestures_the_last_one_always_arrives(asset, ann, bob):
    async with Person(asset, ann) as one, Person(asset, bob) as two:
        for n in range(200):
            await one.say("cursor", x=n, y=0)
        seen = []
        while not seen or seen[-1] < 199:
            seen.append((await two.hear("cursor"))["x"])
        assert seen == sorted(seen)
        assert len(seen) < 100


async def test_a_person_has_one_color_everywhere(asset, ann, bob):
    async with Person(asset, ann), Person(asset, ann), Person(asset, bob) as three:
        one, two = (person["color"] for person in three.welcome["people"])
        assert one == two
        assert one in rooms.COLORS


async def test_viewers_look_and_point_but_draw_nothing(asset, classes, ann, token_of):
    from asgiref.sync import sync_to_async

    from tests.annotations.session.conftest import fresh

    viewer = await sync_to_async(token_of)("viewer", "Vera")
    async with Person(asset, ann) as one, Person(asset, viewer) as two:
        assert (one.welcome["can_annotate"], two.welcome["can_annotate"]) == (True, False)
        await two.say("cursor", x=1, y=1)
        assert (await one.hear("cursor"))["session"] == two.session
        answer = await two.change(create=[fresh(classes["cat"])])
        assert (answer["type"], answer["problem"]["status"]) == ("refused", 403)
        await two.say("draft", draft={})
        assert (await two.hear("problem"))["problem"]["status"] == 403


def member(name):
    told = []

    async def send(text):
        told.append(text)

    return rooms.Member({"session": name, "cursor": None, "selection": []}, send), told


@pytest.fixture
async def elsewhere():
    """A room of the same image in another process."""
    made = []

    def make(key):
        made.append(rooms.Room(str(key)))
        return made[-1]

    yield make
    for room in made:
        await rooms.end(room.task)


async def test_people_of_other_processes(asset, ann, elsewhere):
    room = elsewhere(asset.pk)
    far, _ = member("far")
    room.join(far)
    await asyncio.sleep(0.2)
    async with Person(asset, ann) as one:
        assert (await one.hear("joined"))["person"]["session"] == "far"
        await until(lambda: one.session in room.remote)
        room.say("cursor", "far", {"type": "cursor", "session": "far", "x": 5, "y": 6})
        assert (await one.hear("cursor"))["x"] == 5
        await one.say("cursor", x=1, y=2)
        await until(lambda: room.people("far")[0]["cursor"] == [1, 2])
        room.leave("far")
        assert (await one.hear("left"))["session"] == "far"
    await until(lambda: not room.remote)


async def test_a_process_that_dies_takes_its_people_with_it(asset, ann, elsewhere, monkeypatch):
    monkeypatch.setattr(rooms, "BEAT_SECONDS", 0.1)
    monkeypatch.setattr(rooms, "SILENT_SECONDS", 0.6)
    room = elsewhere(asset.pk)
    far, _ = member("far")
    room.join(far)
    async with Person(asset, ann) as one:
        await one.hear("joined")
        assert await one.socket.receive_nothing(1)
        room.task.cancel()
        began = time.monotonic()
        assert (await one.hear("left"))["session"] == "far"
        assert time.monotonic() - began < 3


async def test_without_the_layer_the_process_is_its_own_world(asset, classes, ann, bob, monkeypatch):
    class Gone:
        def __getattr__(self, name):
            raise ConnectionError("no layer")

    monkeypatch.setattr(rooms, "get_channel_layer", lambda alias: Gone())
    async with Person(asset, ann) as one, Person(asset, bob) as two:
        assert len(two.welcome["people"]) == 1
        await two.say("cursor", x=1, y=1)
        assert (await one.hear("cursor"))["session"] == two.session


async def until(true):
    async with asyncio.timeout(5):
        while not true():
            await asyncio.sleep(0.02)
