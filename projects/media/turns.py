"""Taking turns at what needs hundreds of megabytes for a moment."""

from __future__ import annotations

import threading

# A process has many threads for requests; this many of them decode or paint at once, the others wait.
AT_ONCE = 2
heavy = threading.BoundedSemaphore(AT_ONCE)
