"""Senders of parking data: made, given secrets, recognised by their signatures, and counted (S0-50, S0-71)."""

import re
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.utils import timezone

from jifen.engine.message import say
from jifen.facts.acts import note_act
from jifen.members.pacing import seconds_to_wait
from jifen.members.sealed import seal, unseal
from jifen.members.signing import Stamp, fault_of, is_signed_by_one, new_secret
from jifen.parking.errors import ParkingError, given
from jifen.parking.models import CODE_MAX, Sender, SenderSecret

SECRETS_MAX = 2  # an old one and a new one, while a sender changes over
_CODE = re.compile(rf"[a-z0-9][a-z0-9-]{{0,{CODE_MAX - 1}}}")


class SenderError(ParkingError):
    """A sender or a secret cannot be so."""


class NotSignedError(ParkingError):
    """A request does not come from a sender of the programme, or not now; nothing of it was read."""


class TooManyRequestsError(ParkingError):
    """The sender asked too often; `seconds` says when to come back."""

    def __init__(self, seconds: int) -> None:
        super().__init__(say("too many requests; wait {seconds} seconds and send it again", seconds=seconds))
        self.seconds = seconds


@dataclass(frozen=True)
class Signed:
    """A request with the sender that it names, and what it says of itself."""

    sender: str
    stamp: Stamp


def make_sender(*, programme_id: int, code: str, title: str, operator_id: int, reason: str) -> Sender:
    """Make a sender, which cannot send until it has a secret."""
    reason = given(reason)
    if not _CODE.fullmatch(code):
        raise SenderError(
            say("a sender's code has small letters, digits and hyphens, such as {example}", example="gate")
        )
    if not title.strip():
        raise SenderError(say("say in the title who sends"))
    with transaction.atomic():
        sender, new = Sender.objects.get_or_create(
            programme_id=programme_id, code=code, defaults={"title": title.strip()}
        )
        if not new:
            raise SenderError(say("there is a sender {code} already", code=code))
        note_act(operator_id=operator_id, act="make_sender", subject=_subject(sender), reason=reason)
    return sender


def add_secret(*, sender_id: int, operator_id: int, reason: str, key: str) -> str:
    """Give a sender a secret and return it, this once; "" when the same key has made it before."""
    reason = given(reason)
    with transaction.atomic():
        sender = Sender.objects.select_for_update().get(pk=sender_id)
        if sender.secrets.filter(key=key).exists():
            return ""
        if sender.secrets.filter(revoked_at__isnull=True).count() >= SECRETS_MAX:
            raise SenderError(say("the sender has two secrets; revoke the old one first"))
        secret = new_secret()
        closed = seal(secret, bound_to=_bound_to(sender.pk))
        SenderSecret.objects.create(sender=sender, key=key, cipher=closed, made_by_id=operator_id)
        note_act(operator_id=operator_id, act="add_secret", subject=_subject(sender), reason=reason)
    return secret


def revoke_secret(*, secret_id: int, operator_id: int, reason: str) -> SenderSecret:
    """Let a secret sign no more, from this moment; doing it again changes nothing."""
    reason = given(reason)
    with transaction.atomic():
        secret = SenderSecret.objects.select_for_update().get(pk=secret_id)
        if secret.revoked_at is None:
            secret.revoked_at = timezone.now()
            secret.save(update_fields=["revoked_at"])
            note_act(operator_id=operator_id, act="revoke_secret", subject=_subject(secret.sender), reason=reason)
    return secret


def recognise(programme: str, request: Signed, *, now: datetime) -> Sender:
    """Return the sender of a programme, by its code, who signed a request within five minutes of now.

    Raises NotSignedError. Whether the sender, its secret or the signature is wrong is not said.
    """
    fault = fault_of(request.stamp, now=now)
    if fault is not None:
        raise NotSignedError(fault)
    sender = Sender.objects.select_related("programme").filter(programme__code=programme, code=request.sender).first()
    if sender is None or not _signed_by(sender, request):
        raise NotSignedError(
            say(
                "no sender of this programme signed this; sign {content} with a secret that is not revoked",
                content="id.timestamp.content",
            )
        )
    return sender


def count_request(sender: Sender, *, now: datetime) -> None:
    """Count a request of a sender; raises TooManyRequestsError from the one too many on. Not inside a transaction."""
    seconds = seconds_to_wait(Sender._meta.db_table, sender.pk, now=now)
    if seconds:
        raise TooManyRequestsError(seconds)


def close_secrets_anew() -> int:
    """Close every secret that holds with the newest key of JIFEN_FIELD_KEY; return how many. May run again."""
    with transaction.atomic():
        held = list(SenderSecret.objects.select_for_update().filter(revoked_at__isnull=True))
        for secret in held:
            bound_to = _bound_to(secret.sender_id)
            secret.cipher = seal(unseal(bytes(secret.cipher), bound_to=bound_to), bound_to=bound_to)
            secret.save(update_fields=["cipher"])
    return len(held)


def _signed_by(sender: Sender, request: Signed) -> bool:
    """Return whether one of the secrets that hold signed the request."""
    held = sender.secrets.filter(revoked_at__isnull=True)
    opened = [unseal(bytes(one.cipher), bound_to=_bound_to(sender.pk)) for one in held]
    return is_signed_by_one(opened, request.stamp)


def _bound_to(sender_id: int) -> str:
    return f"secret of sender {sender_id}"


def _subject(sender: Sender) -> str:
    return f"sender {sender.code}"
