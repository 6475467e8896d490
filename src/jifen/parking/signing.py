"""Signatures of requests as Standard Webhooks has them: HMAC-SHA256 over `id.timestamp.body`."""

import base64
import hmac
import secrets

PREFIX = "whsec_"
VERSION = "v1,"
SECRET_BYTES = 32


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
