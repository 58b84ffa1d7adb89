"""The project's socket: jobs, assets, runs and deployments as they change."""

from __future__ import annotations

import asyncio
import contextlib
import uuid
from typing import Any

from asgiref.sync import sync_to_async
from channels.generic.websocket import AsyncJsonWebsocketConsumer

from core import events, tailer
from core.errors import TesseraError
from projects.selectors import get_project

UNAUTHENTICATED, NOT_FOUND = 4401, 4404


class ProjectConsumer(AsyncJsonWebsocketConsumer):
    """Live from the moment of connecting: what was before is read over REST."""

    feed: asyncio.Task[None] | None = None

    async def connect(self) -> None:
        await self.accept()
        principal = self.scope["principal"]
        if principal is None:
            await self.close(UNAUTHENTICATED)
            return
        project_id: uuid.UUID = self.scope["url_route"]["kwargs"]["project_id"]
        try:
            await sync_to_async(get_project)(principal, project_id)
        except TesseraError:
            await self.close(NOT_FOUND)
            return
        topic = f"project:{project_id}"
        head = await sync_to_async(events.head)(topic)
        # Tells the client that from here on nothing is missed: time to read the state over REST.
        await self.send_json({"type": "ready"})
        self.feed = asyncio.create_task(self._follow(topic, head))

    async def _follow(self, topic: str, after: int) -> None:
        async for event in tailer.subscribe(topic, after):
            await self.send_json({"type": event.type, **event.payload})

    async def disconnect(self, code: int) -> None:
        if self.feed:
            self.feed.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self.feed

    async def receive_json(self, content: Any, **kwargs: Any) -> None:
        """Nothing is said in this direction."""
