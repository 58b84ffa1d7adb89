"""`tessera up` with children of a few lines, so that tests of the supervisor take milliseconds, not seconds.

python -m tests.tessera.small_platform DATA_DIR PORT [stubborn | broken]
"""

from __future__ import annotations

import sys
from pathlib import Path
from unittest import mock

from tessera.supervisor import children, up
from tessera.supervisor.process import Child

WEB = """
import socket, sys
listening = socket.socket(fileno=int(sys.argv[1]))
print("web is up", flush=True)
while True:
    connection, _ = listening.accept()
    connection.recv(65536)
    body = b'{"status": "ready", "checks": {}}'
    connection.sendall(b"HTTP/1.0 200 OK\\r\\nContent-Length: %d\\r\\n\\r\\n" % len(body) + body)
    connection.close()
"""
# A worker that has a child of its own, as one that exports a model has.
WORKER = """
import subprocess, sys, time
subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)", "grandchild"])
time.sleep(600)
"""
SLEEPER = "import time; time.sleep(600)"
BROKEN = "import sys; sys.exit('no such module')"
STUBBORN = "import signal, time; [signal.signal(n, signal.SIG_IGN) for n in (2, 3, 15)]; time.sleep(600)"


def child(name: str, code: str, *arguments: str, **options: object) -> Child:
    return Child(name, [sys.executable, "-S", "-c", code, *arguments], **options)  # type: ignore[arg-type]


def main() -> None:
    data_dir, port = Path(sys.argv[1]), int(sys.argv[2])
    worker = {"stubborn": STUBBORN, "broken": BROKEN}.get(sys.argv[-1], WORKER)
    ready = "broken" not in sys.argv
    stop = tuple((number, 0.3) for number, _ in children.workers()[0].stop_with)
    with (
        mock.patch.object(children, "inference", lambda place: child("inference", SLEEPER)),
        mock.patch.object(
            children, "web", lambda fd: child("web", WEB if ready else SLEEPER, str(fd), pass_fds=(fd,))
        ),
        mock.patch.object(children, "workers", lambda: [child("worker", worker, stop_with=stop)]),
        mock.patch.object(children, "migrate", lambda: [sys.executable, "-S", "-c", "print('migrated')"]),
    ):
        try:
            sys.exit(up.up(data_dir, "127.0.0.1", port))
        except up.CannotStart as reason:
            sys.exit(str(reason))


if __name__ == "__main__":
    main()
