"""Draws: daily amounts come from a chain of hashes that was committed before its first day (S0-59).

The last secret of a chain is random and closed with JIFEN_FIELD_KEY; each one before it is the first 12 bytes of the
SHA-256 of the next, down to the anchor, which is public. Day k of the chain draws with secret k, which is revealed when
the day is closed: its hash is then the secret of the day before, so it was fixed from the beginning.
"""

import base64
import hashlib
import secrets
from collections.abc import Iterator
from datetime import date, timedelta
from functools import lru_cache
from typing import NamedTuple

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings
from django.db import transaction
from django.db.models import Max

from jifen.engine.message import say
from jifen.engine.programme import Programme as Terms
from jifen.programmes.models import DrawChain, Programme
from jifen.programmes.terms import approved_versions

SECRET_BYTES = 12
CHAIN_DAYS = 3_660
RENEWAL_DAYS = 366  # so long before its end a chain is followed by the next
ONE_DAY = timedelta(days=1)
_KEY_BYTES, _ID_BYTES, _NONCE_BYTES = 32, 4, 12


class Seed(NamedTuple):
    """The seed of a day, and under which name rules ask for it."""

    name: str
    day: date
    value: int


class Secret(NamedTuple):
    """The secret of a day, and the one of the day before, which is its hash; on a chain's first day the anchor."""

    day: date
    secret: bytes
    before: bytes


def previous(secret: bytes) -> bytes:
    """Return the secret of the day before."""
    return hashlib.sha256(secret).digest()[:SECRET_BYTES]


def seed_of(secret: bytes) -> int:
    """Return a secret as the whole number that rules draw with, of at most 29 digits."""
    return int.from_bytes(secret, "big")


def seed_names(terms: Terms) -> set[str]:
    """Return the names of the seeds that a document's rules draw with."""
    return {name for rule in terms.rules if (name := str(getattr(rule, "seed", "")))}


def commit_chain(programme_id: int, first_day: date, days: int = CHAIN_DAYS) -> DrawChain:
    """Commit a chain from a day on, unless one holds that day already; it follows where the last one ends."""
    with transaction.atomic():
        Programme.objects.select_for_update(no_key=True).get(pk=programme_id)
        last = last_chain(programme_id)
        if last is not None and first_day <= last_day(last):
            return last
        return _new_chain(programme_id, first_day if last is None else last_day(last) + ONE_DAY, days)


def renew_chain(programme_id: int, day: date) -> None:
    """Commit the next chain when the last one ends within a year of `day`; programmes without one get none."""
    last = last_chain(programme_id)
    if last is not None and last_day(last) - day < timedelta(days=RENEWAL_DAYS):
        commit_chain(programme_id, last_day(last) + ONE_DAY)


def last_chain(programme_id: int) -> DrawChain | None:
    """Return the chain that was committed last."""
    return DrawChain.objects.filter(programme_id=programme_id).order_by("-number").first()


def last_day(chain: DrawChain) -> date:
    """Return the last day that a chain has a secret for."""
    return chain.first_day + timedelta(days=chain.length - 1)


def chains_of(programme_id: int, until: date) -> list[DrawChain]:
    """Return the chains that begin on a day or before, the oldest first."""
    return list(DrawChain.objects.filter(programme_id=programme_id, first_day__lte=until).order_by("number"))


def secrets_of(programme_id: int, until: date) -> list[Secret]:
    """Return the secrets of all days up to `until`, which must be closed, or be closed now: no later one leaves."""
    return [one for chain in chains_of(programme_id, until) for one in _secrets(chain, until)]


def seeds_of(programme_id: int, until: date) -> Iterator[Seed]:
    """Yield the seeds of all days up to `until` for each name that a version draws with."""
    names = {name for version in approved_versions(programme_id) for name in seed_names(version.terms)}
    found = secrets_of(programme_id, until) if names else []
    for name in sorted(names):
        for one in found:
            yield Seed(name, one.day, seed_of(one.secret))


def reseal_chains() -> int:
    """Close with the newest key what an older one has closed; return how many chains it were."""
    newest, done = _keys(settings.FIELD_KEY)[0][0], 0
    for chain in DrawChain.objects.order_by("pk"):
        if not bytes(chain.secret).startswith(newest):
            secret = _seal(_open(bytes(chain.secret), chain.programme_id), chain.programme_id)
            done += DrawChain.objects.filter(pk=chain.pk).update(secret=secret)
    return done


def _new_chain(programme_id: int, first_day: date, days: int) -> DrawChain:
    secret = anchor = secrets.token_bytes(SECRET_BYTES)
    for _ in range(days):
        anchor = previous(anchor)
    number = DrawChain.objects.filter(programme_id=programme_id).aggregate(last=Max("number"))["last"] or 0
    return DrawChain.objects.create(
        programme_id=programme_id,
        number=number + 1,
        first_day=first_day,
        length=days,
        anchor=anchor,
        secret=_seal(secret, programme_id),
    )


def _secrets(chain: DrawChain, until: date) -> list[Secret]:
    """Return the secrets of a chain up to a day, walked down from the last one."""
    secret, found = _open(bytes(chain.secret), chain.programme_id), []
    for k in range(chain.length, 0, -1):
        day, before = chain.first_day + timedelta(days=k - 1), previous(secret)
        if day <= until:
            found.append(Secret(day, secret, before))
        secret = before
    assert secret == bytes(chain.anchor), "the stored secret does not lead to the anchor"
    return found[::-1]


def _seal(secret: bytes, programme_id: int) -> bytes:
    key_id, cipher = _keys(settings.FIELD_KEY)[0]
    nonce = secrets.token_bytes(_NONCE_BYTES)
    return key_id + nonce + cipher.encrypt(nonce, secret, _bound_to(programme_id))


def _open(closed: bytes, programme_id: int) -> bytes:
    for key_id, cipher in _keys(settings.FIELD_KEY):
        if closed.startswith(key_id):
            nonce, sealed = closed[_ID_BYTES : _ID_BYTES + _NONCE_BYTES], closed[_ID_BYTES + _NONCE_BYTES :]
            return cipher.decrypt(nonce, sealed, _bound_to(programme_id))
    raise DrawKeyError


class DrawKeyError(Exception):
    """No key of JIFEN_FIELD_KEY opens the secret of a chain: the one that closed it is gone."""

    def __init__(self) -> None:
        self.message = say(
            "no key in {name} opens the secret that daily amounts are drawn with", name="JIFEN_FIELD_KEY"
        )
        super().__init__(str(self.message))


def _bound_to(programme_id: int) -> bytes:
    return f"draw chain {programme_id}".encode()


@lru_cache(maxsize=4)
def _keys(setting: str) -> tuple[tuple[bytes, AESGCM], ...]:
    """Return the ciphers of the setting, each with a name to find it by: the first one closes, all of them open."""
    keys = [base64.b64decode(text.strip(), validate=True) for text in setting.split(",")]
    return tuple(
        (_expand(key, "draw key id", _ID_BYTES), AESGCM(_expand(key, "draw cipher", _KEY_BYTES))) for key in keys
    )


def _expand(secret: bytes, purpose: str, length: int) -> bytes:
    return HKDF(hashes.SHA256(), length=length, salt=None, info=f"jifen {purpose}".encode()).derive(secret)
