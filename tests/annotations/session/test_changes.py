"""Changes over the socket: answered, told to everybody in order, replayed to who was away."""

import asyncio
import uuid

import pytest
from asgiref.sync import sync_to_async

from annotations import consumers
from annotations.models import AnnotationRevision
from annotations.services import merging
from tests.annotations.session.conftest import Person, fresh

pytestmark = pytest.mark.django_db(transaction=True)


async def test_a_change_reaches_everybody_and_its_author(asset, classes, ann, bob):
    async with Person(asset, ann) as one, Person(asset, bob) as two:
        made = fresh(classes["cat"])
        op = str(uuid.uuid4())
        await one.say("change", op=op, create=[made])
        for person in (one, two):
            news = await person.hear("change")
            assert (news["revision"], news["op"], news["session"]) == (1, op, one.session)
            assert (news["actor"]["name"], news["created"][0]["id"]) == ("Ann", made["id"])
            assert news["created"][0]["revision"] == 1
        answer = await two.change(delete=[{"id": made["id"], "base": 1}])
        assert (answer["revision"], answer["refused"]) == (2, [])
        assert (await one.hear("change"))["deleted"] == [made["id"]]


async def test_who_was_away_is_told_everything_once(asset, classes, ann, bob):
    async with Person(asset, ann) as one:
        for _ in range(5):
            await one.change(create=[fresh(classes["cat"])])
        async with Person(asset, bob, after=2) as two:
            assert two.welcome["revision"] == 5
            await one.change(create=[fresh(classes["cat"])])
            assert [(await two.hear("change"))["revision"] for _ in range(4)] == [3, 4, 5, 6]
            assert await two.socket.receive_nothing(0.3)


async def test_without_after_only_what_comes(asset, classes, ann, bob):
    async with Person(asset, ann) as one:
        await one.change(create=[fresh(classes["cat"])])
        async with Person(asset, bob) as two:
            assert two.welcome["revision"] == 1
            await one.change(create=[fresh(classes["cat"])])
            assert (await two.hear("change"))["revision"] == 2


async def test_joining_amid_changes_misses_none(asset, classes, ann, bob):
    async with Person(asset, ann) as one:
        changes = asyncio.create_task(many(one, classes["cat"], 30))
        await asyncio.sleep(0.1)
        async with Person(asset, bob, after=0) as two:
            assert [(await two.hear("change"))["revision"] for _ in range(30)] == list(range(1, 31))
        await changes


async def many(person, label, count):
    for _ in range(count):
        await person.change(create=[fresh(label)])


async def test_sent_again_after_a_broken_connection(asset, classes, ann):
    op, made = str(uuid.uuid4()), fresh(classes["cat"])
    async with Person(asset, ann) as one:
        first = await one.change(op, create=[made])
    async with Person(asset, ann) as again:
        assert await again.change(op, create=[made]) == first
    assert await AnnotationRevision.objects.acount() == 1


async def test_refused_items_come_with_what_is_there(asset, classes, ann, bob):
    async with Person(asset, ann) as one, Person(asset, bob) as two:
        made = fresh(classes["cat"])
        await one.change(create=[made])
        await one.change(update=[{"id": made["id"], "base": 1, "z": 1}])
        (refused,) = (await two.change(update=[{"id": made["id"], "base": 1, "z": 2}]))["refused"]
        assert (refused["reason"], refused["current"]["z"]) == ("changed", 1)


async def test_a_bad_change_is_refused_with_its_fields(asset, classes, ann):
    async with Person(asset, ann) as one:
        answer = await one.change(create=[fresh(classes["cat"], 100, 100)])
        assert answer["type"] == "refused"
        assert answer["problem"]["errors"][0]["field"] == "create.0.bbox"
        answer = await one.change("no uuid")
        assert (answer["type"], answer["problem"]["errors"][0]["field"]) == ("refused", "op")


async def test_what_others_write_over_http_is_told_too(asset, classes, ann, principal):
    async with Person(asset, ann) as one:
        shape = {"id": uuid.uuid4(), "class": uuid.UUID(classes["cat"]), "bbox": [1, 1, 5, 5]}
        await sync_to_async(merging.merge)(principal, asset, uuid.uuid4(), [shape], [], [])
        news = await one.hear("change")
        assert "session" not in news
        assert news["created"][0]["id"] == str(shape["id"])


async def test_a_large_change_is_read_again(asset, classes, ann, monkeypatch):
    monkeypatch.setattr(consumers, "MANY", 2)
    async with Person(asset, ann) as one:
        await one.say("change", op=str(uuid.uuid4()), create=[fresh(classes["cat"]) for _ in range(3)])
        assert (await one.hear("reload"))["revision"] == 1


async def test_imports_reach_open_sockets(asset, classes, ann, project):
    from annotations.services.landing import Draft, land

    draft = Draft(uuid.UUID(classes["cat"]), "bbox", [1, 1, 5, 5], [1, 1, 5, 5], 25, 0, None, None, {})
    async with Person(asset, ann) as one:
        await sync_to_async(land)(project, None, [(asset.pk, [draft])])
        news = await one.hear("change")
        assert (news["revision"], news["actor"], len(news["created"])) == (1, None, 1)


async def test_a_client_ahead_of_the_log_reads_again(asset, classes, ann):
    async with Person(asset, ann, after=7) as one:
        assert await one.hear("reload") == {"type": "reload", "revision": 0}
        await one.change(create=[fresh(classes["cat"])])


async def test_other_news_of_the_image_pass_through(asset, ann):
    from core import events

    async with Person(asset, ann) as one:
        await sync_to_async(events.emit)(f"asset:{asset.pk}", "comment", {"id": "c"})
        assert await one.hear("comment") == {"type": "comment", "id": "c"}
