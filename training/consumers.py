"""Live events of a run: what was missed, then what happens, nothing lost and nothing twice."""

from __future__ import annotations

import asyncio
import contextlib
import uuid
from typing import Any
from urllib.parse import parse_qs

from asgiref.sync import sync_to_async
from channels.generic.websocket import AsyncJsonWebsocketConsumer

from accounts.principals import Principal
from core import events, tailer
from core.errors import Forbidden, NotFound
from training.selectors import get_run

BAD_REQUEST, UNAUTHENTICATED, FORBIDDEN, NOT_FOUND = 4400, 4401, 4403, 4404


class RunConsumer(AsyncJsonWebsocketConsumer):
    """`?after=<step>` goes on behind that step; without it everything is replayed."""

    feed: asyncio.Task[None] | None = None

    async def connect(self) -> None:
        # Accepted first: a browser learns the close code of an open socket only.
        await self.accept()
        principal = self.scope["principal"]
        if principal is None:
            await self.close(UNAUTHENTICATED)
            return
        run_id: uuid.UUID = self.scope["url_route"]["kwargs"]["run_id"]
        after = parse_qs(self.scope["query_string"].decode()).get("after", [""])[0]
        if after and not after.isdecimal():
            await self.close(BAD_REQUEST)
            return
        try:
            seq = await sync_to_async(_start)(principal, run_id, int(after) if after else None)
        except NotFound:
            await self.close(NOT_FOUND)
        except Forbidden:
            await self.close(FORBIDDEN)
        else:
            self.feed = asyncio.create_task(self._follow(f"run:{run_id}", seq))

    async def _follow(self, topic: str, after: int) -> None:
        async with contextlib.aclosing(tailer.subscribe(topic, after)) as stream:
            async for event in stream:
                await self.send_json({"type": event.type, **event.payload})

    async def disconnect(self, code: int) -> None:
        if self.feed:
            self.feed.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self.feed

    async def receive_json(self, content: Any, **kwargs: Any) -> None:
        """Nothing is said in this direction."""


def _start(principal: Principal, run_id: uuid.UUID, after: int | None) -> int:
    """The number of the event to go on behind; raises NotFound or Forbidden."""
    get_run(principal, run_id)
    return 0 if after is None else events.seq_at_step(f"run:{run_id}", after)
