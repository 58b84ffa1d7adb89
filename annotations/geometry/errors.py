"""What is wrong with a shape."""


class GeometryError(ValueError):
    """A shape that cannot be used; the message says why in words for the person who drew or imported it."""
