"""Live events of a run: what was missed, then what happens, nothing lost and nothing twice."""

from __future__ import annotations

from urllib.parse import parse_qs

from accounts.consumers import FeedConsumer
from accounts.principals import Principal
from core import events
from core.errors import BadInput
from training.selectors import get_run


class RunConsumer(FeedConsumer):
    """`?after=<step>` goes on behind that step; without it everything is replayed."""

    def topic(self, principal: Principal) -> str:
        return f"run:{get_run(principal, self.scope['url_route']['kwargs']['run_id']).pk}"

    def begin(self, topic: str) -> int:
        after = parse_qs(self.scope["query_string"].decode("latin-1")).get("after", [""])[0]
        if not after:
            return 0
        # No run has more steps than eighteen digits can count, nor has the database a column for them.
        if not (after.isascii() and after.isdecimal() and len(after) <= 18):
            raise BadInput("after must be a step's number.")
        return events.seq_at_step(topic, int(after))
