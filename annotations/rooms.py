"""Who is in an image, where they point and what they are drawing: said to everybody there, kept nowhere.

A process has a room for each image that somebody has open through it. Rooms of the same image tell each other
through the channel layer; where that fails, people see those of their own process only, and nothing ends.
"""

from __future__ import annotations

import asyncio
import contextlib
import hashlib
import logging
import time
import uuid
from collections import OrderedDict
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any

import orjson
from channels.layers import get_channel_layer

LAYER = "people"
# Rooms say who is in them this often; who was not named for SILENT_SECONDS has left.
BEAT_SECONDS = 15.0
SILENT_SECONDS = 40.0
AGAIN_SECONDS = 5.0
# Told apart by people who cannot tell red from green, and seen on photographs.
COLORS = (
    "#4e79ff",
    "#ff9f1c",
    "#00c2a8",
    "#ff5db1",
    "#ffe14d",
    "#9b6bff",
    "#39c6ff",
    "#ff6b57",
    "#8fd14f",
    "#c98f5a",
    "#d9b3ff",
    "#f2f2f2",
)
Message = dict[str, Any]
logger = logging.getLogger(__name__)


def color_of(user_id: uuid.UUID) -> str:
    """The same for a person in every image and on every day."""
    return COLORS[hashlib.sha256(user_id.bytes).digest()[0] % len(COLORS)]


@dataclass(eq=False)
class Member:
    """A socket of this process. What it has not been told yet waits, of each kind the newest only."""

    person: Message
    send: Callable[[str], Awaitable[None]]
    waiting: OrderedDict[tuple[str, str], str] = field(default_factory=OrderedDict)
    wake: asyncio.Event = field(default_factory=asyncio.Event)

    @property
    def session(self) -> str:
        return str(self.person["session"])

    def put(self, kind: str, session: str, text: str) -> None:
        if kind == "person":
            for other in ("cursor", "draft", "selection"):
                self.waiting.pop((other, session), None)
        self.waiting.pop((kind, session), None)
        self.waiting[(kind, session)] = text
        self.wake.set()

    async def run(self) -> None:
        """Send what waits, in the socket's own pace."""
        while True:
            await self.wake.wait()
            self.wake.clear()
            while self.waiting:
                _, text = self.waiting.popitem(last=False)
                await self.send(text)


class Room:
    """An image as this process has it open: its own sockets, and the people of other processes."""

    def __init__(self, key: str) -> None:
        self.key = key
        self.group = f"asset.{key}"
        self.name = uuid.uuid4().hex
        self.members: dict[str, Member] = {}
        # By session: the person, and when they were last named.
        self.remote: dict[str, tuple[Message, float]] = {}
        self.layer: Any = get_channel_layer(LAYER)
        self.outbox: asyncio.Queue[Message] = asyncio.Queue(1000)
        self.task = asyncio.create_task(self._run())
        # The last change as text: encoded once for all who are here.
        self.encoded: tuple[int, str] = (-1, "")

    def people(self, but: str) -> list[Message]:
        here = [member.person for key, member in self.members.items() if key != but]
        return [*here, *(person for person, _ in self.remote.values())]

    def join(self, member: Member) -> None:
        self.members[member.session] = member
        self.say("person", member.session, {"type": "joined", "person": member.person})

    def leave(self, session: str) -> None:
        if self.members.pop(session, None) is not None:
            self.say("person", session, {"type": "left", "session": session})

    def say(self, kind: str, session: str, message: Message) -> None:
        """Tell everybody else, here and in other processes."""
        self._tell(kind, session, message)
        self._post({"kind": kind, "session": session, "message": orjson.dumps(message).decode()})

    def _tell(self, kind: str, session: str, message: Message) -> None:
        text = orjson.dumps(message).decode()
        for member in self.members.values():
            if member.session != session:
                member.put(kind, session, text)

    def _post(self, message: Message) -> None:
        with contextlib.suppress(asyncio.QueueFull):
            self.outbox.put_nowait({"type": "room", "from": self.name, **message})

    def _name_all(self, asks: bool = False) -> None:
        people = [member.person for member in self.members.values()]
        self._post({"kind": "here", "asks": asks, "message": orjson.dumps(people).decode()})

    async def _run(self) -> None:
        """Be in the group for as long as somebody is here, and come back where the layer was gone."""
        channel = ""
        while True:
            try:
                channel = await self.layer.new_channel("room.")
                await self.layer.group_add(self.group, channel)
                self._name_all(asks=True)
                async with asyncio.TaskGroup() as tasks:
                    tasks.create_task(self._listen(channel))
                    tasks.create_task(self._speak())
                    tasks.create_task(self._beat(channel))
            except Exception:
                # A group of tasks that fails while it is cancelled tells of the failure alone.
                if (task := asyncio.current_task()) and task.cancelling():
                    raise asyncio.CancelledError from None
                logger.warning("people of other processes are not seen for now", exc_info=True)
                await asyncio.sleep(AGAIN_SECONDS)
            finally:
                with contextlib.suppress(Exception):
                    await self.layer.group_discard(self.group, channel)

    async def _speak(self) -> None:
        while True:
            await self.layer.group_send(self.group, await self.outbox.get())
            self.outbox.task_done()

    async def _listen(self, channel: str) -> None:
        while True:
            message = await self.layer.receive(channel)
            if message["from"] != self.name:
                self._hear(message)

    async def _beat(self, channel: str) -> None:
        while True:
            await asyncio.sleep(BEAT_SECONDS)
            await self.layer.group_add(self.group, channel)
            self._name_all()
            silent = time.monotonic() - SILENT_SECONDS
            for session in [key for key, (_, heard) in self.remote.items() if heard < silent]:
                self._forget(session)

    def _hear(self, message: Message) -> None:
        content = orjson.loads(message["message"])
        if message["kind"] == "here":
            for person in content:
                self._meet(person)
            if message["asks"]:
                self._name_all()
            return
        if content["type"] == "left":
            self._forget(content["session"])
        elif content["type"] == "joined":
            self._meet(content["person"])
        else:
            if (known := self.remote.get(message["session"])) is not None:
                note(known[0], content)
            self._tell(message["kind"], message["session"], content)

    def _meet(self, person: Message) -> None:
        session = person["session"]
        new = session not in self.remote
        self.remote[session] = (person, time.monotonic())
        if new:
            self._tell("person", session, {"type": "joined", "person": person})

    def _forget(self, session: str) -> None:
        if self.remote.pop(session, None) is not None:
            self._tell("person", session, {"type": "left", "session": session})


def note(person: Message, message: Message) -> None:
    """Keep in the person what newcomers are shown of them."""
    if message["type"] == "cursor":
        gone = message["x"] is None
        person["cursor"] = None if gone else [message["x"], message["y"]]
    elif message["type"] == "selection":
        person["selection"] = message["ids"]


_rooms: dict[tuple[asyncio.AbstractEventLoop, str], Room] = {}


def enter(key: str, member: Member) -> Room:
    """The room of an image, with this member in it."""
    where = asyncio.get_running_loop(), key
    room = _rooms.get(where)
    if room is None:
        room = _rooms[where] = Room(key)
    room.join(member)
    return room


async def go(room: Room, session: str) -> None:
    """Leave; the last one closes the door when the others have been told."""
    room.leave(session)
    if room.members:
        return
    _rooms.pop((asyncio.get_running_loop(), room.key), None)
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(1):
            await room.outbox.join()
    await end(room.task)


async def end(task: asyncio.Task[None]) -> None:
    """Cancel a task until it has ended: the layer's client may be amid what passes a first one over."""
    while not task.done():
        task.cancel()
        await asyncio.wait([task], timeout=1)
