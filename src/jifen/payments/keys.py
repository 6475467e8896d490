"""The keys of the sandbox: ours and those of the simulated providers, made at first use and kept closed.

A key that no key in JIFEN_FIELD_KEY opens any more is replaced by a new one.
"""

import os
import secrets
from typing import NamedTuple

from cryptography.exceptions import InvalidTag
from django.db import connection, transaction
from django.utils import timezone

from jifen.members.keys import ID_BYTES, field_keys
from jifen.payments.models import ProviderKey
from jifen.payments.signing import make_pair

NONCE_BYTES = 12
OURS, THEIRS, SECRET = "ours", "theirs", "secret"
SECRET_LETTERS = 32  # of WeChat Pay's key of version 3
_LOCK = 7_116 << 32  # beyond those of days (jifen.facts.days)


class Keys(NamedTuple):
    """All keys of a simulated provider: of both sides (PEM), and what closes notifications."""

    ours: bytes
    our_public: bytes
    theirs: bytes
    their_public: bytes
    secret: bytes


def keys_of(provider: str) -> Keys:
    """Return the keys of a simulated provider."""
    found = {row.side: row for row in ProviderKey.objects.filter(provider=provider)}
    opened = {side: _opened(row) for side, row in found.items()}
    if len(opened) < len((OURS, THEIRS, SECRET)) or None in opened.values():
        return _made(provider)
    return _keys(opened, {side: row.public for side, row in found.items()})


def _keys(opened: dict[str, bytes | None], public: dict[str, str]) -> Keys:
    ours, theirs, secret = opened[OURS], opened[THEIRS], opened[SECRET]
    assert ours is not None
    assert theirs is not None
    assert secret is not None
    return Keys(ours, public[OURS].encode(), theirs, public[THEIRS].encode(), secret)


@transaction.atomic
def _made(provider: str) -> Keys:
    """Make the keys and keep them; of two at the same time the second takes the first's."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_LOCK])
    rows = {row.side: row for row in ProviderKey.objects.filter(provider=provider)}
    opened: dict[str, bytes | None] = {side: _opened(row) for side, row in rows.items()}
    public = {side: row.public for side, row in rows.items()}
    for side in (OURS, THEIRS, SECRET):
        if opened.get(side) is None:
            private, shown = (_letters(), b"") if side == SECRET else make_pair()
            opened[side], public[side] = private, shown.decode()
            ProviderKey.objects.update_or_create(
                provider=provider,
                side=side,
                defaults={
                    "closed": _closed(private, f"{provider} {side}"),
                    "public": shown.decode(),
                    "created_at": timezone.now(),
                },
            )
    return _keys(opened, public)


def _letters() -> bytes:
    return secrets.token_hex(SECRET_LETTERS // 2).encode()


def _closed(private: bytes, bound_to: str) -> bytes:
    key, nonce = field_keys()[0], os.urandom(NONCE_BYTES)
    return key.id + nonce + key.cipher.encrypt(nonce, private, bound_to.encode())


def _opened(row: ProviderKey) -> bytes | None:
    closed = bytes(row.closed)
    nonce, cipher = closed[ID_BYTES : ID_BYTES + NONCE_BYTES], closed[ID_BYTES + NONCE_BYTES :]
    for key in field_keys():
        if closed.startswith(key.id):
            try:
                return key.cipher.decrypt(nonce, cipher, str(row).encode())
            except InvalidTag:
                return None
    return None
