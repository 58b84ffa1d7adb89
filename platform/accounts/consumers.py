"""A socket that follows one topic for as long as its client may see it."""

from __future__ import annotations

import asyncio
import contextlib
import logging
from abc import ABC, abstractmethod
from typing import Any

from channels.db import database_sync_to_async
from channels.generic.websocket import AsyncJsonWebsocketConsumer
from django.db import DatabaseError

from accounts.principals import Principal
from accounts.sockets import principal_of_scope
from core import tailer
from core.errors import BadInput, Forbidden, NotFound, TesseraError, Unauthenticated
from core.models import Event

CLOSE_CODES: dict[type[TesseraError], int] = {
    BadInput: 4400,
    Unauthenticated: 4401,
    Forbidden: 4403,
    NotFound: 4404,
}
# "Try again later": the client connects anew and goes on behind what it has.
TOO_SLOW = 1013
# Keys are revoked, memberships and sessions end while sockets are open.
ASK_AGAIN_SECONDS = 25.0
SLOW_SECONDS = 30.0
logger = logging.getLogger(__name__)


class FeedConsumer(AsyncJsonWebsocketConsumer, ABC):
    """A subclass says which topic, and where it begins; both may read the database and raise."""

    tasks: tuple[asyncio.Task[None], ...] = ()
    # Said before the first event, if anything.
    greeting: dict[str, Any] | None = None

    @abstractmethod
    def topic(self, principal: Principal) -> str:
        """What to follow; raises where the caller may not. Asked again while the socket is open."""

    @abstractmethod
    def begin(self, topic: str) -> int:
        """The number of the event to go on behind."""

    async def connect(self) -> None:
        # Accepted first: a browser learns the close code of an open socket only.
        await self.accept()
        try:
            topic, after = await database_sync_to_async(self._open)()
        except TesseraError as error:
            await self.close(_code(error))
            return
        await self.welcome()
        feed = asyncio.create_task(self.follow(topic, after))
        self.tasks = (feed, asyncio.create_task(self._watch(feed)))

    def _open(self) -> tuple[str, int]:
        topic = self.topic(known(self.scope["principal"]))
        return topic, self.begin(topic)

    async def welcome(self) -> None:
        """Say what comes before the first event."""
        if self.greeting is not None:
            await self.send_json(self.greeting)

    async def follow(self, topic: str, after: int) -> None:
        async with contextlib.aclosing(tailer.subscribe(topic, after)) as stream:
            async for event in stream:
                try:
                    async with asyncio.timeout(SLOW_SECONDS):
                        await self.tell(event)
                except TimeoutError:
                    break
        await self.close(TOO_SLOW)

    async def tell(self, event: Event) -> None:
        await self.send_json({"type": event.type, **event.payload})

    async def _watch(self, feed: asyncio.Task[None]) -> None:
        """Ask again whether the client may listen, and close when not."""
        while True:
            await asyncio.sleep(ASK_AGAIN_SECONDS)
            try:
                await database_sync_to_async(self._ask)()
            except TesseraError as error:
                feed.cancel()
                await self.close(_code(error))
                return
            except DatabaseError:
                logger.exception("cannot ask whether a socket may stay open; asking again")

    def _ask(self) -> None:
        self.topic(known(principal_of_scope(self.scope)))

    async def disconnect(self, code: int) -> None:
        for task in self.tasks:
            task.cancel()
        await asyncio.gather(*self.tasks, return_exceptions=True)

    async def receive_json(self, content: Any, **kwargs: Any) -> None:
        """Nothing is said in this direction."""


def known(principal: Principal | None) -> Principal:
    if principal is None:
        raise Unauthenticated()
    return principal


def _code(error: TesseraError) -> int:
    return CLOSE_CODES.get(type(error), CLOSE_CODES[NotFound])
