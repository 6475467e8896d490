"""Closing personal data besides phones, such as names and files: AES-256-GCM, bound to what it belongs to."""

import os

from jifen.engine.message import say
from jifen.members.keys import ID_BYTES, FieldKeyError, field_keys

NONCE_BYTES = 12


def seal(text: str, *, bound_to: str) -> bytes:
    """Return a text closed with the newest key: the key's id, a nonce, and the cipher bound to what it belongs to."""
    key, nonce = field_keys()[0], os.urandom(NONCE_BYTES)
    return key.id + nonce + key.cipher.encrypt(nonce, text.encode(), bound_to.encode())


def unseal(closed: bytes, *, bound_to: str) -> str:
    """Return the text that `seal` closed for the same owner; raises FieldKeyError where its key is gone."""
    for key in field_keys():
        if closed.startswith(key.id):
            nonce, cipher = closed[ID_BYTES : ID_BYTES + NONCE_BYTES], closed[ID_BYTES + NONCE_BYTES :]
            return key.cipher.decrypt(nonce, cipher, bound_to.encode()).decode()
    raise FieldKeyError(say("no key in {name} opens what is closed here", name="JIFEN_FIELD_KEY"))


def seal_file(content: bytes, *, bound_to: str) -> bytes:
    """Return a file closed with the newest key for files: the key's id, a nonce, and the cipher."""
    key, nonce = field_keys()[0], os.urandom(NONCE_BYTES)
    return key.id + nonce + key.paper_cipher.encrypt(nonce, content, bound_to.encode())


def unseal_file(closed: bytes, *, bound_to: str) -> bytes:
    """Return the file that `seal_file` closed for the same owner; raises FieldKeyError where its key is gone."""
    for key in field_keys():
        if closed.startswith(key.id):
            nonce, cipher = closed[ID_BYTES : ID_BYTES + NONCE_BYTES], closed[ID_BYTES + NONCE_BYTES :]
            return key.paper_cipher.decrypt(nonce, cipher, bound_to.encode())
    raise FieldKeyError(say("no key in {name} opens this file", name="JIFEN_FIELD_KEY"))


def is_newest(closed: bytes) -> bool:
    """Return whether something is closed with the newest key."""
    return closed.startswith(field_keys()[0].id)
