"""What a process that decodes strangers' files may take."""

from __future__ import annotations

import contextlib
import resource

# Frames of 64 megapixels, a few dozen of them held by a decoder, and libraries' address space.
MEMORY_BYTES = 8 << 30
# A picture of 120 megapixels in a few forms.
PICTURE_MEMORY_BYTES = 4 << 30


def confine(memory: int = MEMORY_BYTES) -> None:
    """From here on this process gets no more memory than so many bytes, and leaves no core file."""
    with contextlib.suppress(ValueError, OSError):
        resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
