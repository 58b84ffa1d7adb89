"""Whether a file is a video, by how it begins: cheap, and nothing is decoded."""

from __future__ import annotations

# Enough for the second packet of an MPEG transport stream.
HEAD_BYTES = 512
# ISO files of pictures: HEIF and AVIF. Their major brand says so.
_PICTURES = {
    b"heic",
    b"heix",
    b"heim",
    b"heis",
    b"hevc",
    b"hevx",
    b"hevm",
    b"hevs",
    b"mif2",
    b"mif1",
    b"msf1",
    b"avif",
    b"avis",
    b"miaf",
}
# What QuickTime files began with before they had a box for their kind.
_QUICKTIME = {b"moov", b"mdat", b"wide", b"pnot"}
_ASF = bytes.fromhex("3026b2758e66cf11a6d900aa0062ce6c")


def video_type(head: bytes) -> str | None:
    """The content type of the video that begins with these bytes; None for anything else, pictures too."""
    box, brand = head[4:8], head[8:12]
    if box == b"ftyp":
        if brand in _PICTURES:
            return None
        return "video/quicktime" if brand == b"qt  " else "video/mp4"
    if box in _QUICKTIME:
        return "video/quicktime"
    if head.startswith(b"\x1a\x45\xdf\xa3"):
        return "video/webm" if b"webm" in head[:64] else "video/x-matroska"
    if head.startswith(b"RIFF") and brand == b"AVI ":
        return "video/x-msvideo"
    if head.startswith(b"OggS"):
        return "video/ogg"
    if head.startswith(b"FLV\x01"):
        return "video/x-flv"
    if head.startswith(_ASF):
        return "video/x-ms-wmv"
    if head.startswith(b"\x00\x00\x01\xba"):
        return "video/mpeg"
    if head[:1] == b"G" and head[188:189] == b"G" and head[376:377] == b"G":
        return "video/mp2t"
    return None
