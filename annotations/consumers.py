"""The socket of an image: its changes in order, and the people who are in it."""

from __future__ import annotations

import asyncio
import logging
import uuid
from concurrent.futures import ThreadPoolExecutor
from typing import Any
from urllib.parse import parse_qs

from asgiref.sync import sync_to_async
from channels.db import database_sync_to_async
from django.db import close_old_connections

from accounts.consumers import SLOW_SECONDS, TOO_SLOW, FeedConsumer, known
from accounts.principals import Principal
from accounts.selectors import may
from accounts.sockets import principal_of_scope
from annotations import rooms
from annotations.messages import MAX_DROPPED, Allowance, Trickle, read
from annotations.models import AnnotationRevision
from annotations.selectors import news_of
from annotations.serializers import OperationSerializer
from annotations.services import merging
from core import events
from core.errors import BadInput, FieldError, Forbidden, TesseraError, TooManyRequests
from core.fast_json import Encoder
from core.http.problems import document, translate
from core.models import Event
from projects.asset_selectors import get_asset
from projects.services.review import state

# Rows of the log that are read at once for who was away.
ROWS = 20
# A change of more shapes than that is not sent: the client reads the annotations again.
MANY = 2_000
FLOOD = 4429
# Not the thread that reads for all sockets: a save may have to wait for the database's lock.
_writers = ThreadPoolExecutor(4, thread_name_prefix="changes")
logger = logging.getLogger(__name__)


class AssetConsumer(FeedConsumer):
    """Says `welcome`, replays the revisions behind `?after=`, then follows; takes changes and gestures."""

    # Rooms speak to each other, sockets need no channel of their own.
    channel_layer_alias = "none"
    room: rooms.Room | None = None
    deaf = False

    def topic(self, principal: Principal) -> str:
        asset = get_asset(principal, self.scope["url_route"]["kwargs"]["asset_id"])
        self.can_annotate = may(principal, asset.project.workspace_id, "annotate")
        self.can_review = may(principal, asset.project.workspace_id, "review")
        self.user = principal.user
        return f"asset:{asset.pk}"

    def begin(self, topic: str) -> int:
        # The feed's place first: what lands meanwhile then comes twice to us, and once to the client.
        head = events.head(topic)
        self.asset = get_asset(known(self.scope["principal"]), uuid.UUID(topic.partition(":")[2]))
        self.told = self._after(self.asset.revision)
        return head

    def _after(self, revision: int) -> int:
        """The revision that the client has: all of them where it does not say."""
        given = parse_qs(self.scope["query_string"].decode("latin-1")).get("after", [""])[0]
        if not given:
            return revision
        if not (given.isascii() and given.isdigit() and len(given) < 10):
            raise BadInput(errors=[FieldError("after", "must be a revision")])
        return int(given)

    async def welcome(self) -> None:
        self.session = str(uuid.uuid4())
        person: dict[str, Any] = {
            "session": self.session,
            "user": {"id": str(self.user.pk), "name": self.user.name or self.user.email},
            "color": rooms.color_of(self.user.pk),
            "cursor": None,
            "selection": [],
        }
        self.member = rooms.Member(person, self.send)
        self.allowance, self.trickle = Allowance(), Trickle(self._say)
        self.room = rooms.enter(str(self.asset.pk), self.member)
        greeting = {
            "type": "welcome",
            "session": self.session,
            "revision": self.asset.revision,
            "people": self.room.people(but=self.session),
            "can_annotate": self.can_annotate,
            "can_review": self.can_review,
            **state(self.asset),
        }
        await self.send_json(greeting)
        self.told_people = asyncio.create_task(self.member.run())

    async def follow(self, topic: str, after: int) -> None:
        try:
            if self.told > self.asset.revision:
                # From before the database was put back: nothing that the client has can be believed.
                self.told = self.asset.revision
                await self.send_json({"type": "reload", "revision": self.asset.revision})
            await self._catch_up(self.asset.revision)
        except TimeoutError:
            await self.close(TOO_SLOW)
            return
        await super().follow(topic, after)

    async def tell(self, event: Event) -> None:
        if event.type not in ("change", "reload"):
            await super().tell(event)
            return
        revision = event.payload["revision"]
        if revision <= self.told:
            return
        if event.type == "change" and revision == self.told + 1:
            await self._tell_change(event.payload)
        else:
            await self._catch_up(revision)

    async def _catch_up(self, revision: int) -> None:
        """Tell every revision up to this one from the log."""
        while self.told < revision:
            rows = await database_sync_to_async(_revisions)(self.asset.pk, self.told, revision)
            if not rows:
                self.told = revision
                await self.send_json({"type": "reload", "revision": revision})
            for row in rows:
                async with asyncio.timeout(SLOW_SECONDS):
                    await self._tell_change(row)

    async def _tell_change(self, news: dict[str, Any]) -> None:
        assert self.room is not None
        revision = news["revision"]
        if self.room.encoded[0] != revision:
            self.room.encoded = revision, _text(news)
        await self.send(self.room.encoded[1])
        self.told = revision

    async def receive(self, text_data: Any = None, bytes_data: Any = None, **kwargs: Any) -> None:
        if self.room is None or self.deaf:
            return
        if not self.allowance.take():
            await self._refuse_flood(text_data)
            return
        try:
            message = read(text_data if text_data is not None else bytes_data)
        except TesseraError as error:
            await self.send_json({"type": "problem", "problem": document(error)})
            return
        kind = message.pop("type")
        if kind == "change":
            await self._change(message)
        elif kind == "ping":
            await self.send_json({"type": "pong"})
        elif kind == "draft" and not self.can_annotate:
            problem = document(Forbidden("Who may not annotate draws nothing."))
            await self.send_json({"type": "problem", "problem": problem})
        else:
            self.trickle.put({"type": kind, "session": self.session, **message})

    async def _refuse_flood(self, text: str | None) -> None:
        dropped = self.allowance.dropped
        if dropped > MAX_DROPPED:
            self.deaf = True
            await self.close(FLOOD)
            return
        error = TooManyRequests("Too many messages; what you sent was not read.", retry_after=1)
        try:
            message = read(text)
        except TesseraError:
            message = {"type": "unknown"}
        if message["type"] == "change":
            await self.send_json({"type": "refused", "op": message.get("op"), "problem": document(error)})
        elif dropped % 100 == 1:
            await self.send_json({"type": "problem", "problem": document(error)})

    def _say(self, message: dict[str, Any]) -> None:
        if self.room is not None:
            rooms.note(self.member.person, message)
            self.room.say(message["type"], self.session, message)

    async def _change(self, message: dict[str, Any]) -> None:
        save = sync_to_async(self._save, thread_sensitive=False, executor=_writers)
        try:
            answer = await save(message)
        except Exception as exception:
            error = translate(exception)
            if error is None:
                logger.exception("a change could not be saved")
                error = TesseraError("The server hit a bug; its log has the details.")
            op = message.get("op")
            await self.send_json({"type": "refused", "op": op, "problem": document(error)})
            return
        await self.send_json({"type": "accepted", **answer})

    def _save(self, message: dict[str, Any]) -> dict[str, Any]:
        close_old_connections()
        # Whoever it is now: keys and memberships end while sockets are open.
        principal = known(principal_of_scope(self.scope))
        asset = get_asset(principal, self.asset.pk, "annotate")
        form = OperationSerializer(data=message)
        form.is_valid(raise_exception=True)
        return merging.merge(principal, asset, **form.validated_data, session=self.session)

    async def disconnect(self, code: int) -> None:
        if self.room is not None:
            room, self.room = self.room, None
            self.trickle.stop()
            self.tasks = (*self.tasks, self.told_people)
            await rooms.go(room, self.session)
        await super().disconnect(code)

    @classmethod
    async def encode_json(cls, content: Any) -> str:
        return Encoder().encode(content)


def _revisions(asset_id: uuid.UUID, after: int, until: int) -> list[dict[str, Any]]:
    rows = AnnotationRevision.objects.filter(asset=asset_id, revision__gt=after, revision__lte=until)
    return [news_of(row) for row in rows.select_related("actor").order_by("revision")[:ROWS]]


def _text(news: dict[str, Any]) -> str:
    if sum(len(news[kind]) for kind in ("created", "updated", "deleted")) > MANY:
        return Encoder().encode({"type": "reload", "revision": news["revision"]})
    message = {"type": "change", **news}
    if message.get("session") is None:
        message.pop("session", None)
    return Encoder().encode(message)
