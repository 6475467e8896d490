"""Signatures of requests as Standard Webhooks has them: HMAC-SHA256 over `id.timestamp.body`."""

import base64
import hmac
import re
import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from jifen.engine.message import Message, say

PREFIX = "whsec_"
VERSION = "v1,"
SECRET_BYTES = 32
KEY_MAX = 64
AGE_MAX = timedelta(minutes=5)
_KEY = re.compile(rf"[A-Za-z0-9_-]{{1,{KEY_MAX}}}")  # no dot: it divides what is signed
_TIMESTAMP = re.compile(r"[0-9]{1,12}")


@dataclass(frozen=True)
class Stamp:
    """What a signed request says of itself: its key, its moment in seconds since 1970, signatures, what they sign."""

    key: str
    timestamp: str
    signatures: str
    content: bytes


def new_secret() -> str:
    """Return a new secret as it is shown and written into settings: "whsec_" and 32 random bytes in base64."""
    return PREFIX + base64.b64encode(secrets.token_bytes(SECRET_BYTES)).decode()


def sign(secret: str, *, key: str, timestamp: int, content: bytes) -> str:
    """Return the signature of a request; `key` is its `webhook-id`, `timestamp` seconds since 1970."""
    signed = f"{key}.{timestamp}.".encode() + content
    digest = hmac.digest(base64.b64decode(secret.removeprefix(PREFIX)), signed, "sha256")
    return VERSION + base64.b64encode(digest).decode()


def is_signed(secret: str, signatures: str, *, key: str, timestamp: int, content: bytes) -> bool:
    """Return whether one of the signatures, divided by blanks, was made with the secret."""
    wanted = sign(secret, key=key, timestamp=timestamp, content=content).encode()
    return any(hmac.compare_digest(wanted, one.encode()) for one in signatures.split())


def fault_of(stamp: Stamp, *, now: datetime) -> Message | None:
    """Return what is wrong with a stamp before any secret is asked; None where it was made within five minutes."""
    if not _KEY.fullmatch(stamp.key):
        return say(
            "{header} should have 1 to {count} letters without accents, digits, hyphens and underscores",
            header="webhook-id",
            count=KEY_MAX,
        )
    if not _TIMESTAMP.fullmatch(stamp.timestamp):
        return say("{header} should be the seconds since 1970, in digits", header="webhook-timestamp")
    if abs(int(stamp.timestamp) - int(now.timestamp())) > AGE_MAX.total_seconds():
        return say(
            "{header} is more than {minutes} minutes away from our clock; sign anew, and check your clock",
            header="webhook-timestamp",
            minutes=AGE_MAX // timedelta(minutes=1),
        )
    return None


def is_signed_by_one(known: Iterable[str], stamp: Stamp) -> bool:
    """Return whether one of the secrets made a stamp that has no fault."""
    moment = int(stamp.timestamp)
    return any(
        is_signed(secret, stamp.signatures, key=stamp.key, timestamp=moment, content=stamp.content) for secret in known
    )
