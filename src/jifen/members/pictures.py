"""What a file is, by its first bytes, and how large a picture is; nothing of it is drawn or run."""

from typing import NamedTuple

from jifen.engine.message import Message, say

JPEG, PNG, PDF = "image/jpeg", "image/png", "application/pdf"
PNG_HEAD = b"\x89PNG\r\n\x1a\n"
JPEG_HEAD = b"\xff\xd8\xff"
PDF_HEAD = b"%PDF-"
# Segments of a JPEG that hold its size: SOF0 … SOF15 without DHT, JPG and DAC; and those without a length.
FRAMES = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}
BARE = frozenset({0x01, *range(0xD0, 0xDA)})
SIDE_MIN, SIDE_MAX = 200, 12_000  # pixels
MEGABYTE = 1024 * 1024


class NoPictureError(ValueError):
    """The bytes are no whole file of a type and size that we take."""

    def __init__(self, message: Message) -> None:
        super().__init__(str(message))
        self.message = message


class _BrokenError(ValueError):
    """The bytes are nothing that we know."""


class Kind(NamedTuple):
    """What a file is; sides are 0 for a PDF."""

    content_type: str
    width: int
    height: int


def look_at(content: bytes, *, bytes_max: int) -> Kind:
    """Return what a file is, or refuse it: by its size in bytes, its magic bytes, and the sides of a picture.

    Raises NoPictureError for anything but a JPEG, a PNG or a PDF.
    """
    if not content:
        raise NoPictureError(say("the file is empty"))
    if len(content) > bytes_max:
        raise NoPictureError(say("the file is larger than {count} MB", count=bytes_max // MEGABYTE))
    try:
        looked = _kind(content)
    except _BrokenError:
        raise NoPictureError(say("the file is no JPEG, PNG or PDF, or it is not whole")) from None
    sides = (looked.width, looked.height)
    if looked.content_type != PDF and not SIDE_MIN <= min(sides) <= max(sides) <= SIDE_MAX:
        raise NoPictureError(say("the sides of a picture are {least} to {most} pixels", least=SIDE_MIN, most=SIDE_MAX))
    return looked


def _kind(content: bytes) -> Kind:
    if content.startswith(PNG_HEAD):
        return Kind(PNG, *_png_size(content))
    if content.startswith(JPEG_HEAD):
        return Kind(JPEG, *_jpeg_size(content))
    if content.startswith(PDF_HEAD) and b"%%EOF" in content[-1024:]:
        return Kind(PDF, 0, 0)
    raise _BrokenError


def _png_size(content: bytes) -> tuple[int, int]:
    if content[12:16] != b"IHDR" or b"IEND" not in content[-12:]:
        raise _BrokenError
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
    raise _BrokenError
