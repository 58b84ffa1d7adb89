"""`python -m deployments.server.assisting`: one engine of the smart tool, and nothing else.

Messages come on one connection, each a line of JSON, an image's bytes behind it where it says so; answers go
back in the order in which they are ready. When the connection closes the process ends.
"""

from __future__ import annotations

import argparse
import sys
import threading
from concurrent.futures import Future, ThreadPoolExecutor
from multiprocessing.connection import Connection
from typing import Any

import cv2
import numpy as np
import orjson

from deployments.server.assisting.answering import answer_of
from deployments.server.assisting.keeper import Keeper
from deployments.server.engine import die_with
from training.ml.assist.catalogue import open_engine
from training.ml.assist.engine import Engine
from training.ml.assist.remembering import Clicked
from training.ml.images import ImageTooLarge, ImageUnreadable, load_rgb

# Clicks that are answered at the same time; images are looked at one after the other beside them.
HANDS = 2


def main() -> None:
    """Load, answer, end with the connection."""
    parser = argparse.ArgumentParser(prog="python -m deployments.server.assisting", description=__doc__)
    parser.add_argument("--connection", type=int, required=True)
    parser.add_argument("--front", type=int, required=True)
    arguments = parser.parse_args()
    die_with(arguments.front)
    sys.setswitchinterval(0.0005)
    control = Connection(arguments.connection)
    order = orjson.loads(control.recv_bytes())
    cv2.setNumThreads(order["threads"])
    try:
        assistant = Assistant(order, control)
    except Exception as error:
        control.send_bytes(orjson.dumps(str(error) or type(error).__name__))
        control.poll(None)
        return
    control.send_bytes(orjson.dumps(None))
    while True:
        try:
            message = orjson.loads(control.recv_bytes())
            image = control.recv_bytes() if message.get("image") else None
        except (EOFError, OSError):
            # The kernel takes the threads along, whatever they do.
            sys.stdout.flush()
            raise SystemExit(0) from None
        assistant.take(message, image)


class Assistant:
    """The engine and the images that it has looked at."""

    def __init__(self, order: dict[str, Any], control: Connection) -> None:
        self._engine = open_engine(order["kind"], order["source"], order["threads"])
        rehearse(self._engine)
        self._max_pixels: int = order["max_pixels"]
        self._control = control
        self._hands = ThreadPoolExecutor(HANDS, thread_name_prefix="click")
        self._keeper = Keeper(order["cache"], ThreadPoolExecutor(1, thread_name_prefix="look"))
        self._writing = threading.Lock()

    def take(self, message: dict[str, Any], image: bytes | None) -> None:
        """Do what a message asks, sooner or later; returns at once."""
        key = message["key"]
        looked = self._keeper.get(key)
        if looked is None and image is not None:
            looked = self._keeper.look(key, lambda: self._look(image))
        if looked is None:
            self._reply(message, {"wanted": True})
            return
        looked.add_done_callback(lambda done: self._hands.submit(self._answer, message, done))

    def _look(self, image: bytes) -> Clicked:
        return Clicked(self._engine, self._engine.prepare(load_rgb(image, self._max_pixels)))

    def _answer(self, message: dict[str, Any], looked: Future[Clicked]) -> None:
        reply: dict[str, Any]
        try:
            state = looked.result()
            reply = {} if message["do"] == "look" else answer_of(state, message)
        except ImageTooLarge as error:
            reply = {"status": 413, "error": f"The image is too large: {error}."}
        except ImageUnreadable as error:
            reply = {"status": 422, "error": f"The image cannot be used: {error}."}
        except Exception as error:
            print(f"{type(error).__name__}: {error}", flush=True)
            reply = {"status": 500, "error": f"{type(error).__name__}: {error}"}
        self._reply(message, reply)

    def _reply(self, message: dict[str, Any], reply: dict[str, Any]) -> None:
        with self._writing:
            try:
                self._control.send_bytes(orjson.dumps({"id": message["id"], **reply}))
            except OSError:
                return


def rehearse(engine: Engine) -> None:
    """One click on a picture of a disc: what the first click of a process imports, plans and allocates is
    there before anybody clicks.
    """
    picture = np.full((128, 128, 3), 40, np.uint8)
    cv2.circle(picture, (64, 64), 30, (240, 190, 60), -1)
    answer_of(Clicked(engine, engine.prepare(picture)), {"points": [[64, 64, 1]]})


if __name__ == "__main__":
    main()
