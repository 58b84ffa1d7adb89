"""The project's socket: jobs, assets, runs and deployments as they change."""

from __future__ import annotations

from accounts.consumers import FeedConsumer
from accounts.principals import Principal
from core import events
from projects.selectors import get_project


class ProjectConsumer(FeedConsumer):
    """Live from the moment of connecting: what was before is read over REST."""

    # Tells the client that from here on nothing is missed: time to read the state over REST.
    greeting = {"type": "ready"}

    def topic(self, principal: Principal) -> str:
        return f"project:{get_project(principal, self.scope['url_route']['kwargs']['project_id']).pk}"

    def begin(self, topic: str) -> int:
        return events.head(topic)
