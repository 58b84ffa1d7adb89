"""Engine processes as the front process sees them: what they load, and their lanes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from deployments.server.channel import Port, new_area
from deployments.server.child import Child, pair
from deployments.server.journal import Journal


@dataclass(frozen=True)
class Group:
    """Lanes of one kind that share a loaded network, each on `threads` cores; None leaves that to the
    device.
    """

    kind: str
    threads: int | None
    lanes: int


@dataclass(frozen=True)
class Order:
    """What an engine is to load."""

    bundle: str
    runtime: str
    device: str
    quantization: str
    groups: tuple[Group, ...]


class Engine(Child):
    """A process that loads what `order` says; `ports` are its lanes, group by group."""

    def __init__(self, order: Order, journal: Journal) -> None:
        lanes = [[_Lane() for _ in range(group.lanes)] for group in order.groups]
        self.ports = tuple(tuple(lane.port for lane in group) for group in lanes)
        given = [number for group in lanes for lane in group for number in lane.given]
        try:
            super().__init__("deployments.server.engine", _message(order, lanes), journal, given)
        finally:
            for lane in (lane for group in lanes for lane in group):
                lane.theirs.close()

    def keep(self, groups: int) -> None:
        """Let the lanes of all groups but the first `groups` end, and what they loaded with them."""
        for port in (port for group in self.ports[groups:] for port in group):
            port.close()
        self.ports = self.ports[:groups]


class _Lane:
    """Both ends of a lane while the engine is being started."""

    def __init__(self) -> None:
        ours, self.theirs = pair()
        images, outputs = new_area(), new_area()
        self.given = (self.theirs.fileno(), images.descriptor, outputs.descriptor)
        self.port = Port(ours, images, outputs)


def _message(order: Order, lanes: list[list[_Lane]]) -> dict[str, Any]:
    return {
        "bundle": order.bundle,
        "runtime": order.runtime,
        "device": order.device,
        "quantization": order.quantization,
        "groups": [
            {"threads": group.threads, "lanes": [lane.given for lane in members]}
            for group, members in zip(order.groups, lanes, strict=True)
        ],
    }
