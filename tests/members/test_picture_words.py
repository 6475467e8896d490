"""Pictures lose what cameras wrote beside them, and stay the same pictures (S2-59)."""

from io import BytesIO
from typing import Any

import pytest
from PIL import Image, PngImagePlugin

from jifen.members.picture_words import without_words

GPS, ORIENTATION = 0x8825, 0x0112
SIZE = (320, 240)


def photo(*, turned: int = 0, **options: Any) -> bytes:
    """Return a photo as phones take them: with the place, the maker, and words of programs."""
    picture, exif = Image.radial_gradient("L").resize(SIZE).convert("RGB"), Image.Exif()
    exif[0x010F] = "Maker of phones"
    exif.get_ifd(GPS)[1], exif.get_ifd(GPS)[2] = "N", (22.0, 32.0, 45.6)
    if turned:
        exif[ORIENTATION] = turned
    held = BytesIO()
    picture.save(held, "JPEG", exif=exif, comment=b"a comment", xmp=b"<x:xmpmeta/>", **options)
    return held.getvalue() + b"what a moving picture hangs on behind"


@pytest.mark.parametrize(
    "options", [{}, {"progressive": True}, {"icc_profile": b"a profile", "restart_marker_rows": 1}]
)
def test_a_jpeg_keeps_its_dots_and_nothing_of_who_took_it_where(options: dict[str, Any]) -> None:
    content = photo(**options)

    bare = without_words(content, "image/jpeg")

    before, after = Image.open(BytesIO(content)), Image.open(BytesIO(bare))
    assert after.tobytes() == before.tobytes()
    assert after.info.get("icc_profile") == options.get("icc_profile")
    for word in (b"Exif", b"Maker", b"comment", b"xmpmeta", b"moving"):
        assert word in content
        assert word not in bare
    assert without_words(bare, "image/jpeg") == bare


@pytest.mark.parametrize("turned", [1, 6, 8])
def test_a_picture_that_was_held_sideways_still_stands_upright(turned: int) -> None:
    bare = without_words(photo(turned=turned), "image/jpeg")

    exif = Image.open(BytesIO(bare)).getexif()
    assert dict(exif) == ({ORIENTATION: turned} if turned > 1 else {})


def test_a_png_keeps_its_dots_and_no_words() -> None:
    words, exif, held = PngImagePlugin.PngInfo(), Image.Exif(), BytesIO()
    words.add_text("Author", "Wang Fang")
    words.add_itxt("Place", "Luohu")
    exif[0x010F] = "Maker of phones"
    Image.radial_gradient("L").save(held, "PNG", pnginfo=words, exif=exif, dpi=(300, 300))

    bare = without_words(held.getvalue() + b"more", "image/png")

    assert Image.open(BytesIO(bare)).tobytes() == Image.open(held).tobytes()
    assert Image.open(BytesIO(bare)).info.keys() == {"dpi"}
    assert all(word not in bare for word in (b"Wang", b"Luohu", b"Maker", b"more"))


@pytest.mark.parametrize("content", [b"", b"\xff\xd8", b"\xff\xd8\xff\xe1\xff\xffExif\x00\x00II*\x00\xff\xff\xff\xff"])
def test_what_is_broken_stays_no_picture(content: bytes) -> None:
    assert b"Exif" not in without_words(content, "image/jpeg")
    assert without_words(content, "application/pdf") == content


def test_segments_that_claim_more_than_they_hold_are_read_once() -> None:
    """A small file of 20,000 segments, each with a directory of 65,535 entries, keeps nobody busy."""
    lying = b"\xff\xe1\x00\x12Exif\x00\x00MM\x00\x2a\x00\x00\x00\x08\xff\xff"

    assert without_words(b"\xff\xd8" + lying * 20_000 + b"\xff\xd9", "image/jpeg") == b"\xff\xd8\xff\xd9"
