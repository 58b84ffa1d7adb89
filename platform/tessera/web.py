"""The web process: `python -m tessera.web --host 0.0.0.0 --port 8000`, or on an open socket with `--fd`."""

from __future__ import annotations

import argparse
import socket

import uvicorn


def main() -> None:
    parser = argparse.ArgumentParser(prog="tessera.web", description=__doc__)
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=8000)
    parser.add_argument("--fd", type=int, help="listen on this inherited socket instead")
    options = parser.parse_args()
    config = uvicorn.Config(
        "tessera.asgi:application",
        host=options.host,
        port=options.port,
        loop="uvloop",
        http="httptools",
        # Django's apps need no start-up or shutdown events.
        lifespan="off",
        access_log=False,
        log_level="warning",
        timeout_graceful_shutdown=2,
    )
    # By its number, so that the socket keeps its real family: `uvicorn --fd` takes it for a Unix socket and
    # then leaves Nagle's algorithm on.
    sockets = [socket.socket(fileno=options.fd)] if options.fd is not None else None
    uvicorn.Server(config).run(sockets=sockets)


if __name__ == "__main__":
    main()
