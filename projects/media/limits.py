"""What a process that decodes strangers' files may take."""

from __future__ import annotations

import contextlib
import resource

# Frames of 64 megapixels, a few dozen of them held by a decoder, and libraries' address space.
MEMORY_BYTES = 8 << 30


def confine() -> None:
    """From here on this process gets no more memory than MEMORY_BYTES, and leaves no core file."""
    with contextlib.suppress(ValueError, OSError):
        resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, MEMORY_BYTES))
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
