"""Pictures without what cameras and programs wrote beside them: places, times, names, smaller pictures (S2-59).

The picture itself is copied byte by byte. Of what cameras write only how the phone was held stays: without that some
pictures lie on their side.
"""

from collections.abc import Iterable, Iterator
from typing import Literal, NamedTuple

from jifen.members.pictures import BARE, JPEG, PNG, PNG_HEAD

# Segments of a JPEG that go: what applications wrote (APP1 … APP15) but for those below, and comments.
WRITTEN = frozenset({*range(0xE1, 0xF0), 0xFE})
COLOURS = ((0xE2, b"ICC_PROFILE\x00"), (0xEE, b"Adobe"))  # without them colours are wrong
EXIF, EXIF_HEAD = 0xE1, b"Exif\x00\x00"
SCAN, END, STUFFED = 0xDA, 0xD9, frozenset({0x00, *range(0xD0, 0xD8)})
# Chunks of a PNG that stay: the picture, and how its colours and sides are meant.
DRAWN = frozenset(b"IHDR PLTE IDAT IEND tRNS gAMA cHRM sRGB iCCP sBIT pHYs bKGD".split())
ORIENTATION, SHORT, TURNS = 0x0112, 3, range(2, 9)  # a tag of TIFF, its type, and its values that are not upright
ENTRY, HEAD = 12, 8  # bytes of an entry of TIFF, and before the first directory as we write it


class _Segment(NamedTuple):
    """A piece of a JPEG: its mark and its bytes, with those of the scan behind it."""

    mark: int
    content: bytes

    @property
    def said(self) -> bytes:
        """What stands behind mark and length."""
        return self.content[4:]


def without_words(content: bytes, content_type: str) -> bytes:
    """Return a picture without what was written beside it; any other file, and a broken one, as it is."""
    if content_type == PNG:
        return PNG_HEAD + b"".join(chunk for name, chunk in _chunks(content) if name in DRAWN)
    if content_type == JPEG:
        return b"\xff\xd8" + b"".join(_kept_of(_segments(content))) + b"\xff\xd9"
    return content


def _chunks(content: bytes) -> Iterator[tuple[bytes, bytes]]:
    """Yield the chunks of a PNG up to its end, with their names."""
    place = len(PNG_HEAD)
    while place + 8 <= len(content):
        name, end = content[place + 4 : place + 8], place + 12 + int.from_bytes(content[place : place + 4])
        yield name, content[place:end]
        if name == b"IEND":
            return
        place = end


def _segments(content: bytes) -> Iterator[_Segment]:
    """Yield the segments of a JPEG between its beginning and its end; what follows the end is not of the picture."""
    place = 2
    while place + 4 <= len(content) and content[place] == 0xFF and content[place + 1] != END:
        mark = content[place + 1]
        if mark == 0xFF or mark in BARE:
            place += 1 if mark == 0xFF else 2
            continue
        end = place + 2 + int.from_bytes(content[place + 2 : place + 4])
        end = _scan_end(content, end) if mark == SCAN else end
        yield _Segment(mark, content[place:end])
        place = end


def _scan_end(content: bytes, place: int) -> int:
    """Return where the data of a scan end: at the next mark that is none of theirs."""
    while (found := content.find(b"\xff", place)) >= 0 and found + 1 < len(content):
        if content[found + 1] not in STUFFED and content[found + 1] != 0xFF:
            return found
        place = found + (1 if content[found + 1] == 0xFF else 2)
    return len(content)


def _kept_of(segments: Iterable[_Segment]) -> Iterator[bytes]:
    """Yield what stays of the segments; of several that tell how the phone was held only the first is read."""
    told = False
    for one in segments:
        if one.mark != EXIF or not told:
            yield _kept(one)
        told |= one.mark == EXIF


def _kept(one: _Segment) -> bytes:
    """Return what stays of a segment."""
    if one.mark not in WRITTEN or any(one.mark == mark and one.said.startswith(head) for mark, head in COLOURS):
        return one.content
    turned = _turned(one.said[len(EXIF_HEAD) :]) if one.mark == EXIF and one.said.startswith(EXIF_HEAD) else 0
    return _upright(turned) if turned in TURNS else b""


def _turned(tiff: bytes) -> int:
    """Return how the phone was held, by the first directory of a TIFF; 0 where nothing is said."""
    order: Literal["little", "big"] = "little" if tiff[:2] == b"II" else "big"
    first = int.from_bytes(tiff[4:8], order)
    entries = min(int.from_bytes(tiff[first : first + 2], order), (len(tiff) - first - 2) // ENTRY)  # it may lie
    for number in range(entries):
        entry = tiff[first + 2 + number * ENTRY :][:ENTRY]
        if int.from_bytes(entry[:2], order) == ORIENTATION:
            return int.from_bytes(entry[8:10], order)
    return 0


def _upright(turned: int) -> bytes:
    """Return the segment that says how the phone was held, and nothing else."""
    numbers = ((ORIENTATION, 2), (SHORT, 2), (1, 4), (turned, 2), (0, 2))
    entry = b"".join(number.to_bytes(size) for number, size in numbers)
    tiff = b"MM\x00\x2a" + HEAD.to_bytes(4) + (1).to_bytes(2) + entry + bytes(4)
    said = EXIF_HEAD + tiff
    return bytes((0xFF, EXIF)) + (len(said) + 2).to_bytes(2) + said
