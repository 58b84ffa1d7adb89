"""Live events of runs and projects: what was missed, then what happens, nothing lost and nothing twice."""

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
from projects.selectors import get_project
from training.selectors import get_run

BAD_REQUEST = 4400
UNAUTHENTICATED = 4401
FORBIDDEN = 4403
NOT_FOUND = 4404


class TopicConsumer(AsyncJsonWebsocketConsumer):
    """Sends one topic to whoever may read what it is about. Refusals are close codes 4400…4404."""

    _pump: asyncio.Task[None] | None = None

    async def connect(self) -> None:
        await self.accept()
        principal = self.scope.get("principal")
        if principal is None:
            await self.close(UNAUTHENTICATED)
            return
        try:
            after_seq = await sync_to_async(self.start)(principal)
        except NotFound:
            await self.close(NOT_FOUND)
        except Forbidden:
            await self.close(FORBIDDEN)
        except ValueError:
            await self.close(BAD_REQUEST)
        else:
            self._pump = asyncio.create_task(self._send_events(after_seq))

    async def disconnect(self, code: int) -> None:
        if self._pump:
            self._pump.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._pump

    async def receive_json(self, content: Any, **kwargs: Any) -> None:
        """These sockets only send."""

    @property
    def topic(self) -> str:
        raise NotImplementedError

    def start(self, principal: Principal) -> int:
        """Check that the caller may read; returns the number of the event to go on behind."""
        raise NotImplementedError

    @property
    def subject(self) -> uuid.UUID:
        return self.scope["url_route"]["kwargs"]["subject_id"]

    async def _send_events(self, after_seq: int) -> None:
        stream = tailer.subscribe(self.topic, after_seq)
        async with contextlib.aclosing(stream):
            async for event in stream:
                await self.send_json({**event.payload, "type": event.type})


class RunConsumer(TopicConsumer):
    """`?after=<step>` goes on behind that step; without it everything is replayed."""

    @property
    def topic(self) -> str:
        return f"run:{self.subject}"

    def start(self, principal: Principal) -> int:
        get_run(principal, self.subject)
        after = parse_qs(self.scope["query_string"].decode()).get("after", [""])[0]
        if not after:
            return 0
        if not after.isdigit():
            raise ValueError(after)
        return events.seq_at_step(self.topic, int(after))


class ProjectConsumer(TopicConsumer):
    """Only what happens from now on: the lists of a project are read over REST."""

    @property
    def topic(self) -> str:
        return f"project:{self.subject}"

    def start(self, principal: Principal) -> int:
        get_project(principal, self.subject)
        return events.head(self.topic)
