"""LabelMe with the pixels of every shape: `shape_type` is "mask", a PNG in base64 set in at the first point.

Boxes stay rectangles. Outlines of polygons go along under the key `tessera`, so that nothing is lost. Read is
what the desktop program and MIT's web tool write, as `labelme` does.
"""

from __future__ import annotations

import zipfile

from annotations.formats import labelme
from annotations.formats.records import Export

read = labelme.read


def write(archive: zipfile.ZipFile, export: Export) -> None:
    """Write the images, and a JSON beside each."""
    labelme.write(archive, export, as_masks=True)
