"""Signed requests: whose they are, how large they may be, and how many a minute."""

from typing import Any

from django.http import HttpRequest
from django.utils import timezone
from ninja.security.base import AuthBase

from jifen.engine.digits import number_of
from jifen.engine.message import Message, say
from jifen.members.signing import Stamp
from jifen.parking.models import Sender
from jifen.parking.senders import Signed, count_request, recognise

BODY_MAX = 512 * 1024  # bytes; a thousand readings take 200 KB
HEADERS = ("webhook-id", "webhook-timestamp", "webhook-signature", "jifen-sender")


class TooLargeError(Exception):
    """The body is larger than any batch can be."""

    def __init__(self) -> None:
        self.message: Message = say("the body is larger than {count} KB; send fewer readings", count=BODY_MAX // 1024)
        super().__init__(str(self.message))


class HeaderMissingError(Exception):
    """A header of signed requests is missing."""

    def __init__(self, header: str) -> None:
        self.message: Message = say("the header {header} is missing", header=header)
        super().__init__(str(self.message))


class SignedBySender(AuthBase):
    """Standard Webhooks: `webhook-signature` is HMAC-SHA256 over `id.timestamp.content` with a secret of the sender.

    The content is the body; of a request without one it is the path with its query.
    """

    openapi_type = "apiKey"
    openapi_in = "header"
    openapi_name = "webhook-signature"
    openapi_description = "`v1,` and the base64 of HMAC-SHA256 over `webhook-id.webhook-timestamp.content`."

    def __call__(self, request: HttpRequest) -> Sender:
        """Return who signed the request; raises what the interface answers with 401, 413 or 429."""
        key, timestamp, signatures, code = (header_of(request, name) for name in HEADERS)
        signed = Signed(code, Stamp(key, timestamp, signatures, content_of(request)))
        now = timezone.now()
        sender = recognise(programme_of(request), signed, now=now)
        count_request(sender, now=now)
        return sender


def sender_of(request: HttpRequest, programme: str) -> Sender:
    """Return who signed a request; it was found to be a sender of the programme."""
    found: Any = getattr(request, "auth", None)
    assert isinstance(found, Sender)
    assert found.programme.code == programme
    return found


def key_of(request: HttpRequest) -> str:
    """Return the key of a request that was found to be signed."""
    return request.headers["webhook-id"]


def header_of(request: HttpRequest, name: str) -> str:
    """Return a header that signed requests need."""
    value = request.headers.get(name, "")
    if not value:
        raise HeaderMissingError(name)
    return value


def content_of(request: HttpRequest) -> bytes:
    """Return what a request signs: its body, or its path with the query."""
    if request.method in ("GET", "HEAD"):
        return request.get_full_path().encode()
    length = number_of(request.META.get("CONTENT_LENGTH") or "0")
    if length is None or length > BODY_MAX:
        raise TooLargeError
    return request.body


def programme_of(request: HttpRequest) -> str:
    """Return the code of the programme that an address names."""
    match = request.resolver_match
    assert match is not None
    return str(match.kwargs["programme"])
