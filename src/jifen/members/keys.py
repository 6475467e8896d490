"""The keys of personal data, derived from JIFEN_FIELD_KEY: the newest first, older ones only to read."""

import base64
import hmac
from dataclasses import dataclass
from functools import lru_cache

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings

from jifen.engine.message import Message, say

KEY_BYTES = 32
ID_BYTES = 4


class FieldKeyError(Exception):
    """JIFEN_FIELD_KEY cannot be used, or none of its keys opens what another has closed."""

    def __init__(self, message: Message) -> None:
        super().__init__(str(message))
        self.message = message


@dataclass(frozen=True)
class FieldKey:
    """What one key of the setting gives: a name to find it by, and a key for each purpose."""

    id: bytes
    cipher: AESGCM
    index_key: bytes
    tries_key: bytes
    paper_cipher: AESGCM

    def index(self, text: str) -> bytes:
        """Return the blind index of a text: the same for the same text, and no way back."""
        return hmac.digest(self.index_key, text.encode(), "sha256")

    def subject(self, text: str) -> str:
        """Return what counts the tries to log in of a phone or an address, without saying whose they are."""
        return hmac.digest(self.tries_key, text.encode(), "sha256").hex()


def field_keys() -> tuple[FieldKey, ...]:
    """Return the keys of the setting; the first one closes, all of them open."""
    return _derive_all(settings.FIELD_KEY)


@lru_cache(maxsize=4)
def _derive_all(setting: str) -> tuple[FieldKey, ...]:
    return tuple(_derive(text.strip()) for text in setting.split(","))


def _derive(text: str) -> FieldKey:
    try:
        secret = base64.b64decode(text, validate=True)
    except ValueError:
        secret = b""
    if len(secret) != KEY_BYTES:
        raise FieldKeyError(
            say(
                "{name} should be {count} random bytes in {encoding}",
                name="JIFEN_FIELD_KEY",
                count=KEY_BYTES,
                encoding="base64",
            )
        )
    return FieldKey(
        id=_expand(secret, "key id", ID_BYTES),
        cipher=AESGCM(_expand(secret, "phone cipher", KEY_BYTES)),
        index_key=_expand(secret, "phone index", KEY_BYTES),
        tries_key=_expand(secret, "login tries", KEY_BYTES),
        paper_cipher=AESGCM(_expand(secret, "paper cipher", KEY_BYTES)),
    )


def _expand(secret: bytes, purpose: str, length: int) -> bytes:
    return HKDF(hashes.SHA256(), length=length, salt=None, info=f"jifen {purpose}".encode()).derive(secret)
