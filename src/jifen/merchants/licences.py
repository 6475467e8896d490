"""Pictures of business licences: known by their bytes, kept closed, and read by three only (S2-59).

The applicant, an operator and the centre that reviews may open one; the reading of the other two is noted. What a
camera wrote beside a picture, such as where it was taken, is not kept.
"""

import hashlib
from datetime import datetime, timedelta
from typing import NamedTuple

from django.db import transaction
from django.db.models import Exists, OuterRef, Q

from jifen.engine.message import say
from jifen.members.models import Member
from jifen.members.picture_words import without_words
from jifen.members.pictures import PDF, NoPictureError, look_at
from jifen.members.sealed import is_newest, seal_file, unseal_file
from jifen.merchants.errors import MerchantNotValidError, NoLicencePictureError
from jifen.merchants.models import PICTURE_BYTES_MAX, ApplicationState, LicencePicture, MerchantApplication, StepKind

WITHDRAWN_KEPT = timedelta(days=30)  # how long the picture of what was withdrawn waits to be sent again


class Picture(NamedTuple):
    """A picture in clear."""

    content: bytes
    content_type: str

    @property
    def digest(self) -> str:
        """By what the same picture is known again."""
        return hashlib.sha256(self.content).hexdigest()

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
    """Return a picture of a licence without what was written beside it, or refuse what is none."""
    try:
        looked = look_at(content, bytes_max=PICTURE_BYTES_MAX)
    except NoPictureError as error:
        raise MerchantNotValidError(error.message, "picture") from None
    if looked.content_type == PDF:
        raise MerchantNotValidError(say("a picture is a JPEG or PNG file"), "picture")
    return Picture(without_words(content, looked.content_type), looked.content_type)


def keep_picture(application: MerchantApplication, picture: Picture) -> LicencePicture:
    """Return a picture of an applicant, written when it is new. The caller has locked the member."""
    known = LicencePicture.objects.filter(member_id=application.member_id, digest=picture.digest).first()
    return known or LicencePicture.objects.create(
        member_id=application.member_id,
        application=application,
        content_type=picture.content_type,
        size=len(picture.content),
        digest=picture.digest,
        cipher=seal_file(picture.content, bound_to=_bound_to(application.pk)),
    )


def open_picture(application_id: int) -> Picture:
    """Return the picture of an application; who may see it is the caller's question.

    Raises NoLicencePictureError once it was erased.
    """
    found = LicencePicture.objects.filter(applications=application_id).first()
    if found is None:
        raise NoLicencePictureError
    return Picture(unseal_file(bytes(found.cipher), bound_to=_bound_to(found.application_id)), found.content_type)


def erase_withdrawn(now: datetime) -> int:
    """Erase every picture whose applications were all withdrawn some time ago; return how many."""
    late = Q(steps__kind=StepKind.WITHDRAWN, steps__at__gt=now - WITHDRAWN_KEPT)
    needed = MerchantApplication.objects.filter(~Q(state=ApplicationState.WITHDRAWN) | late, licence=OuterRef("pk"))
    gone, done = LicencePicture.objects.filter(~Exists(needed)), 0
    for picture_id, member_id in list(gone.order_by("id").values_list("id", "member_id")):
        with transaction.atomic():
            Member.objects.select_for_update(no_key=True).get(
                pk=member_id
            )  # who applies meanwhile waits, and asks anew
            if gone.filter(pk=picture_id).exists():
                MerchantApplication.objects.filter(licence=picture_id).update(licence=None)
                LicencePicture.objects.filter(pk=picture_id).delete()
                done += 1
    return done


def rotate_pictures() -> int:
    """Close every picture anew that is closed with an older key, one at a time; return how many."""
    done = 0
    for picture_id in list(LicencePicture.objects.order_by("id").values_list("id", flat=True)):
        with transaction.atomic():
            picture = LicencePicture.objects.select_for_update().filter(pk=picture_id).first()
            if picture is None or is_newest(bytes(picture.cipher)):
                continue
            bound_to = _bound_to(picture.application_id)
            picture.cipher = seal_file(unseal_file(bytes(picture.cipher), bound_to=bound_to), bound_to=bound_to)
            picture.save(update_fields=["cipher"])
            done += 1
    return done


def _bound_to(application_id: int) -> str:
    return f"licence of merchant application {application_id}"
