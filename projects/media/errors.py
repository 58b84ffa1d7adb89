"""Why a file is not taken."""


class Unreadable(ValueError):
    """A file that is no usable image; the message is the reason as its owner should read it."""
