"""Pictures of business licences: known by their bytes, kept closed, and read by three only (S2-59).

The applicant, an operator and the centre that reviews may open one; the reading of the other two is noted.
"""

import hashlib
from typing import NamedTuple

from django.db import transaction

from jifen.engine.message import say
from jifen.members.pictures import PDF, NoPictureError, look_at
from jifen.members.sealed import is_newest, seal_file, unseal_file
from jifen.merchants.errors import MerchantNotValidError
from jifen.merchants.models import PICTURE_BYTES_MAX, LicencePicture, MerchantApplication


class Picture(NamedTuple):
    """A picture in clear."""

    content: bytes
    content_type: str

    @property
    def headers(self) -> dict[str, str]:
        """The headers of an answer in which the file can do nothing but be looked at."""
        return {
            "Content-Disposition": "inline",
            "Content-Security-Policy": "default-src 'none'; sandbox",
            "X-Content-Type-Options": "nosniff",
            "Cache-Control": "private, no-store",
        }


def check_picture(content: bytes) -> Picture:
    """Return a picture of a licence, or refuse what is none."""
    try:
        looked = look_at(content, bytes_max=PICTURE_BYTES_MAX)
    except NoPictureError as error:
        raise MerchantNotValidError(error.message, "picture") from None
    if looked.content_type == PDF:
        raise MerchantNotValidError(say("a picture is a JPEG or PNG file"), "picture")
    return Picture(content, looked.content_type)


def keep_picture(application: MerchantApplication, picture: Picture) -> LicencePicture:
    """Write the picture of an application."""
    return LicencePicture.objects.create(
        application=application,
        content_type=picture.content_type,
        size=len(picture.content),
        digest=hashlib.sha256(picture.content).hexdigest(),
        cipher=seal_file(picture.content, bound_to=_bound_to(application.pk)),
    )


def open_picture(application_id: int) -> Picture:
    """Return the picture of an application; who may see it is the caller's question."""
    found = LicencePicture.objects.get(application_id=application_id)
    return Picture(unseal_file(bytes(found.cipher), bound_to=_bound_to(application_id)), found.content_type)


def rotate_pictures() -> int:
    """Close every picture anew that is closed with an older key, one at a time; return how many."""
    done = 0
    for picture_id in list(LicencePicture.objects.order_by("id").values_list("id", flat=True)):
        with transaction.atomic():
            picture = LicencePicture.objects.select_for_update().get(pk=picture_id)
            if is_newest(bytes(picture.cipher)):
                continue
            bound_to = _bound_to(picture.application_id)
            picture.cipher = seal_file(unseal_file(bytes(picture.cipher), bound_to=bound_to), bound_to=bound_to)
            picture.save(update_fields=["cipher"])
            done += 1
    return done


def _bound_to(application_id: int) -> str:
    return f"licence of merchant application {application_id}"
