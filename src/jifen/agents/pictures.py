"""What a file is, by its first bytes, and how large a picture is; nothing of it is drawn or run."""

from typing import NamedTuple

JPEG, PNG, PDF = "image/jpeg", "image/png", "application/pdf"
PNG_HEAD = b"\x89PNG\r\n\x1a\n"
JPEG_HEAD = b"\xff\xd8\xff"
PDF_HEAD = b"%PDF-"
# Segments of a JPEG that hold its size: SOF0 … SOF15 without DHT, JPG and DAC; and those without a length.
FRAMES = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}
BARE = frozenset({0x01, *range(0xD0, 0xDA)})
SIDE_MIN, SIDE_MAX = 200, 12_000  # pixels


class NoPictureError(ValueError):
    """The bytes are no whole file of a type that we take."""


class Kind(NamedTuple):
    """What a file is; sides are 0 for a PDF."""

    content_type: str
    width: int
    height: int


def look_at(content: bytes) -> Kind:
    """Return what a file is by its magic bytes; raises NoPictureError for anything but a JPEG, a PNG or a PDF."""
    if content.startswith(PNG_HEAD):
        return Kind(PNG, *_png_size(content))
    if content.startswith(JPEG_HEAD):
        return Kind(JPEG, *_jpeg_size(content))
    if content.startswith(PDF_HEAD) and b"%%EOF" in content[-1024:]:
        return Kind(PDF, 0, 0)
    raise NoPictureError


def _png_size(content: bytes) -> tuple[int, int]:
    if content[12:16] != b"IHDR" or b"IEND" not in content[-12:]:
        raise NoPictureError
    return int.from_bytes(content[16:20]), int.from_bytes(content[20:24])


def _jpeg_size(content: bytes) -> tuple[int, int]:
    """Walk the segments to the one that begins the picture."""
    place, end = 2, len(content)
    while place + 4 <= end and content[place] == 0xFF:
        mark = content[place + 1]
        if mark in FRAMES and place + 9 <= end:
            height, width = content[place + 5 : place + 7], content[place + 7 : place + 9]
            return int.from_bytes(width), int.from_bytes(height)
        if mark == 0xFF or mark in BARE:
            place += 1 if mark == 0xFF else 2
            continue
        place += 2 + int.from_bytes(content[place + 2 : place + 4])
    raise NoPictureError
