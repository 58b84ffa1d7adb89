"""Whatever a client says, it is answered, and nobody else notices."""

import uuid

import pytest
from asgiref.sync import sync_to_async
from django.utils import timezone

from accounts import consumers
from annotations import messages
from tests.annotations.session.conftest import Person, fresh

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "{",
        "[]",
        "7",
        "[" * 100_000,
        '{"type": "dance"}',
        '{"type": ["change"]}',
        '{"type": "cursor"}garbage',
        '{"type": "cursor", "x": "1", "y": 2}',
        '{"type": "cursor", "x": 1e300, "y": 2}',
        '{"type": "cursor", "x": true, "y": 2}',
        '{"type": "cursor", "x": NaN, "y": 2}',
        '{"type": "selection", "ids": "all"}',
        '{"type": "selection", "ids": [1]}',
        '{"type": "draft", "draft": 7}',
    ],
)
async def test_nonsense_is_answered_with_a_problem(asset, ann, text):
    async with Person(asset, ann) as one:
        if text == '{"type": "cursor"}garbage' or text:
            await one.socket.send_to(text_data=text)
        else:
            await one.socket.send_to(bytes_data=b"\0")
        assert (await one.hear("problem"))["problem"]["status"] == 400
        await one.say("ping")
        await one.hear("pong")


@pytest.mark.parametrize(
    "body",
    [
        {"create": 7},
        {"create": [7]},
        {"create": [{"id": str(uuid.uuid4()), "class": "x"}]},
        {"update": [{"id": str(uuid.uuid4()), "base": "x"}]},
        {"delete": [str(uuid.uuid4())]},
        {"delete": [{"id": str(uuid.uuid4()), "base": 10**30}]},
    ],
)
async def test_broken_changes_are_refused(asset, ann, body):
    async with Person(asset, ann) as one:
        answer = await one.change(**body)
        assert answer["type"] in ("refused", "accepted")
        if answer["type"] == "refused":
            assert answer["problem"]["status"] == 400
        await one.say("ping")
        await one.hear("pong")


async def test_attributes_that_json_hardly_holds(asset, classes, ann):
    async with Person(asset, ann) as one:
        made = fresh(classes["cat"], attributes={"n": 2**60, "text": "ü\u2028"})
        await one.say("change", op=str(uuid.uuid4()), create=[made])
        assert (await one.hear("change"))["created"][0]["attributes"] == made["attributes"]


async def test_too_long_messages(asset, ann, monkeypatch):
    monkeypatch.setattr(messages, "MAX_DRAFT", 1000)
    monkeypatch.setattr(messages, "MAX_CHANGE", 2000)
    async with Person(asset, ann) as one:
        for length in (1500, 3000):
            await one.say("draft", draft={"text": "x" * length})
            assert (await one.hear("problem"))["problem"]["status"] == 413


async def test_who_talks_without_end_is_cut_off(asset, ann, bob, monkeypatch):
    monkeypatch.setattr(messages, "BURST", 20.0)
    monkeypatch.setattr(messages, "RATE", 0.0)
    monkeypatch.setattr("annotations.consumers.MAX_DROPPED", 50)
    async with Person(asset, ann) as one, Person(asset, bob) as two:
        for _ in range(100):
            await one.say("cursor", x=1, y=1)
        assert (await one.hear("problem"))["problem"]["status"] == 429
        while (message := await one.socket.receive_output(timeout=5))["type"] != "websocket.close":
            pass
        assert message["code"] == 4429
        await two.say("ping")
        await two.hear("pong")


async def test_a_change_too_many_is_refused_by_its_name(asset, classes, ann, monkeypatch):
    monkeypatch.setattr(messages, "BURST", 1.0)
    monkeypatch.setattr(messages, "RATE", 0.0)
    async with Person(asset, ann) as one:
        await one.say("ping")
        await one.hear("pong")
        answer = await one.change(create=[fresh(classes["cat"])])
        assert (answer["type"], answer["problem"]["status"]) == ("refused", 429)


@pytest.mark.parametrize(
    ("known", "path", "code"), [(False, "", 4401), (True, "", 4404), (True, "?after=x", 4400)]
)
async def test_strangers_and_nonsense_are_turned_away(asset, ann, known, path, code):
    person = Person(asset, ann if known else None)
    if path:
        person = Person(asset, ann, after="x")
    elif known:
        asset.pk = uuid.uuid4()
        person = Person(asset, ann)
    await person.socket.connect()
    message = await person.socket.receive_output()
    assert (message["type"], message["code"]) == ("websocket.close", code)


async def test_a_revoked_key_ends_the_session_and_changes_nothing(asset, classes, ann, bob, monkeypatch):
    from accounts.models import ApiKey

    monkeypatch.setattr(consumers, "ASK_AGAIN_SECONDS", 1.0)
    async with Person(asset, ann) as one:
        other = Person(asset, bob)
        await other.__aenter__()
        await ApiKey.objects.filter(user__name="Bob").aupdate(revoked_at=timezone.now())
        answer = await other.change(create=[fresh(classes["cat"])])
        assert (answer["type"], answer["problem"]["status"]) == ("refused", 401)
        while (message := await other.socket.receive_output(timeout=5))["type"] != "websocket.close":
            pass
        assert message["code"] == 4401
        await other.socket.disconnect()
        assert (await one.hear("left"))["session"] == other.session


async def test_a_role_that_was_taken_away_is_asked_at_every_change(asset, classes, ann):
    from accounts.models import Member

    async with Person(asset, ann) as one:
        assert (await one.change(create=[fresh(classes["cat"])]))["type"] == "accepted"
        await sync_to_async(Member.objects.filter(user__name="Ann").update)(role="viewer")
        assert (await one.change(create=[fresh(classes["cat"])]))["problem"]["status"] == 403
