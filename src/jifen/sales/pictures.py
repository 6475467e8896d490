"""Pictures of products: small JPEG and PNG files, known by their first bytes and not by their names."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import QuerySet

from jifen.engine.message import say
from jifen.members.picture_words import without_words
from jifen.sales.errors import SaleError
from jifen.sales.models import PICTURE_BYTES_MAX, PICTURES_MAX, Picture, Product, Submission

MEGABYTE = 1_000_000
BEGINNINGS = {b"\xff\xd8\xff": "image/jpeg", b"\x89PNG\r\n\x1a\n": "image/png"}
ENDINGS = {"image/jpeg": b"\xff\xd9", "image/png": b"IEND\xaeB`\x82"}


class PictureError(SaleError):
    """A file is no picture that a page can show."""


@dataclass(frozen=True)
class Checked:
    """A picture that was looked at: what it is, and its SHA-256."""

    media_type: str
    digest: str
    content: bytes


def check_pictures(files: Sequence[bytes]) -> list[Checked]:
    """Return the pictures, or refuse them: too many, too large, neither JPEG nor PNG, or cut off."""
    if len(files) > PICTURES_MAX:
        raise PictureError(say("a product has at most {most} pictures", most=PICTURES_MAX))
    return [_checked(content) for content in files]


def keep_pictures(submission: Submission, pictures: Sequence[Checked]) -> None:
    """Write the pictures of a submission."""
    Picture.objects.bulk_create(
        Picture(
            submission=submission,
            position=position,
            media_type=one.media_type,
            digest=one.digest,
            content=one.content,
        )
        for position, one in enumerate(pictures, start=1)
    )


def shown_pictures(product: Product) -> QuerySet[Picture]:
    """Return a product's pictures in their order: its own, else those of its supplier's submission."""
    own = Picture.objects.filter(product=product).order_by("position")
    return own if own.exists() else Picture.objects.filter(submission__product=product).order_by("position")


def set_pictures(product: Product, pictures: Sequence[Checked]) -> None:
    """Write a product's own pictures in the place of those that are there."""
    Picture.objects.filter(product=product).delete()
    Picture.objects.bulk_create(
        Picture(
            product=product,
            position=position,
            media_type=one.media_type,
            digest=one.digest,
            content=one.content,
        )
        for position, one in enumerate(pictures, start=1)
    )


def _checked(content: bytes) -> Checked:
    if len(content) > PICTURE_BYTES_MAX:
        raise PictureError(say("a picture has at most {most} MB", most=PICTURE_BYTES_MAX // MEGABYTE))
    media_type = next((kind for beginning, kind in BEGINNINGS.items() if content.startswith(beginning)), "")
    if not media_type:
        raise PictureError(say("a picture is a JPEG or PNG file"))
    if not content.rstrip(b"\0").endswith(ENDINGS[media_type]):
        raise PictureError(say("a picture is cut off; send it again"))
    content = without_words(content, media_type)  # nor where its camera stood
    return Checked(media_type, hashlib.sha256(content).hexdigest(), content)
