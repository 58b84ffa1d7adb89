"""`python -m deployments.server --host 127.0.0.1 --port 8100`: run the inference server in the foreground."""

from __future__ import annotations

import argparse
import contextlib
import gc
import logging
import os
import signal
import sys

import cv2
import psutil
import uvicorn

from deployments.server.app import create_app
from deployments.server.config import Config, from_environment, is_loopback

GRACE_SECONDS = 10
# The platform keeps its connections: one closed by us while it sends a request would be a failed prediction.
KEEP_ALIVE_SECONDS = 300


def main() -> int:
    """Serve until SIGTERM or SIGINT; 0 after a graceful end, 2 when asked for what is not allowed."""
    parser = argparse.ArgumentParser(prog="python -m deployments.server", description=__doc__)
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=8100)
    arguments = parser.parse_args()
    try:
        config = from_environment(os.environ)
    except ValueError as error:
        parser.error(str(error))
    if config.token is None and not is_loopback(arguments.host):
        parser.error("set TESSERA_INFERENCE_TOKEN to listen on an address that other machines can reach")
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s: %(message)s")
    # Images are spread over threads one by one; a second level of threads below each would only get in the
    # way.
    cv2.setNumThreads(1)
    # A lane that has finished needs the interpreter for microseconds: it should not wait 5 ms for it.
    sys.setswitchinterval(0.0005)
    # Answers are thousands of short lists and never cyclic: looking for cycles among them is wasted, and so
    # is looking through all that was imported.
    gc.freeze()
    gc.set_threshold(20_000, 20, 50)
    serve(config, arguments.host, arguments.port)
    return 0


def serve(config: Config, host: str, port: int) -> None:
    """Run the server until a signal ends it; requests that are in are answered first."""
    # uvicorn raises the signal again once it has shut down: by then it means nothing more than "done".
    for name in (signal.SIGTERM, signal.SIGINT):
        signal.signal(name, lambda number, frame: None)
    uvicorn.run(
        create_app(config),
        host=host,
        port=port,
        loop="uvloop",
        http="httptools",
        ws="none",
        access_log=False,
        log_level="warning",
        server_header=False,
        timeout_keep_alive=KEEP_ALIVE_SECONDS,
        timeout_graceful_shutdown=GRACE_SECONDS,
    )
    for child in psutil.Process().children(recursive=True):
        with contextlib.suppress(psutil.NoSuchProcess):
            child.kill()


if __name__ == "__main__":
    sys.exit(main())
