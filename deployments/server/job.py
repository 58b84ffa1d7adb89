"""One image on its way through the server."""

from __future__ import annotations

import asyncio
import logging
import time
import uuid
from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from deployments.server.answer import answer
from deployments.server.options import Options
from deployments.server.problems import Problem, TooLarge, Unusable
from deployments.server.servable import Servable
from training.ml.images import ImageTooLarge, ImageUnreadable, load_rgb
from training.ml.reading import Outputs

logger = logging.getLogger(__name__)

Submit = Callable[[Callable[[], None]], object]


class Job:
    """Decoded in a worker thread, computed in a lane, turned into JSON in a worker thread again.

    The threads pass it on to each other; the event loop hears of it once, when `future` has the answer.
    """

    def __init__(
        self,
        servable: Servable,
        data: bytes,
        options: Options,
        max_pixels: int,
        submit: Submit,
        arrived: float,
    ) -> None:
        self.servable = servable
        self.options = options
        self.future: asyncio.Future[bytes] = asyncio.get_running_loop().create_future()
        self.tensor: NDArray[np.float32] = np.empty((0, 0, 0), np.float32)
        self._data = data
        self._max_pixels = max_pixels
        self._submit = submit
        self._cancelled = False
        self.arrived = arrived
        self._waited = 0.0
        self._preprocess = 0.0
        self._inference = 0.0
        self._height = 0
        self._width = 0

    def begin(self) -> None:
        """Have the image decoded in a worker thread."""
        self._submit(self._prepare)

    def _prepare(self) -> None:
        began = time.perf_counter()
        self._waited += began - self.arrived
        if self._cancelled:
            self._drop()
            return
        try:
            pixels = load_rgb(self._data, self._max_pixels)
            self._height, self._width = pixels.shape[:2]
            self.tensor = self.servable.predictor.preprocess(pixels)
        except ImageTooLarge as error:
            self._drop(TooLarge(f"The image is too large: {error}."))
        except ImageUnreadable:
            size = len(self._data)
            what = f"The {size} bytes received are" if size else "The body is empty:"
            self._drop(Unusable(f"{what} no image that can be decoded whole."))
        except Exception as error:
            self._drop(error)
        else:
            self._data = b""
            self._preprocess = time.perf_counter() - began
            self.servable.compute(self)

    def computed(self, outputs: Outputs, waited: float, seconds: float, batch: int) -> None:
        """Take the model's outputs for this image and have them turned into the answer."""
        self.tensor = np.empty((0, 0, 0), np.float32)
        self._waited += waited
        self._inference = seconds
        if self._cancelled:
            self._settle(None)
            return
        self._submit(lambda: self._finish(outputs))

    def failed(self, error: BaseException) -> None:
        """The forward pass failed."""
        self._settle(error)

    def cancel(self) -> None:
        """The client went away: nothing more is begun for it."""
        self._cancelled = True
        if self.servable.withdraw(self):
            self._settle(None)

    def _finish(self, outputs: Outputs) -> None:
        began = time.perf_counter()
        try:
            content = answer(self.servable, self.options, outputs, self._height, self._width)
            ended = time.perf_counter()
            self._settle(
                content.with_timing(
                    str(uuid.uuid4()),
                    {
                        "queue": self._waited,
                        "preprocess": self._preprocess,
                        "inference": self._inference,
                        "postprocess": ended - began,
                        "total": ended - self.arrived,
                    },
                )
            )
        except Exception as error:
            self._settle(error)

    def _drop(self, error: BaseException | None = None) -> None:
        self.servable.decoded(1)
        self._settle(error)

    def _settle(self, result: bytes | BaseException | None) -> None:
        self.servable.leave()
        if isinstance(result, BaseException) and not isinstance(result, Problem):
            logger.error("a prediction failed", exc_info=result)
            result = Problem("The model failed on this image; the server's log has the details.")
        self.future.get_loop().call_soon_threadsafe(self._resolve, result)

    def _resolve(self, result: bytes | BaseException | None) -> None:
        if self.future.done():
            return
        if isinstance(result, bytes):
            self.future.set_result(result)
        elif result is None:
            self.future.cancel()
        else:
            self.future.set_exception(result)
