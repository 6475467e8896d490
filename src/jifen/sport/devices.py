"""Bracelets: paired by their wearer, known by a secret of their own, revoked by the wearer or an operator (S2-47)."""

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.utils import timezone

from jifen.engine.message import say
from jifen.facts.acts import note_act
from jifen.members.models import Member, Operator
from jifen.members.pacing import seconds_to_wait
from jifen.members.sealed import seal, unseal
from jifen.members.signing import Stamp, fault_of, is_signed_by_one, new_secret
from jifen.sport.errors import DeviceError, NotPairedError, TooManyReportsError
from jifen.sport.models import TITLE_MAX, Device
from jifen.sport.terms import sport_terms

DEVICES_MAX = 5  # of a member at a time
PAIRINGS_MAX, A_DAY = 10, timedelta(days=1)  # so that nobody fills the table by pairing and revoking
LETTERS = "ABCDEFGHJKMNPQRSTUVWXYZ23456789"  # without those that look alike
CODE_LETTERS, PAIRING_LETTERS = 9, 8


@dataclass(frozen=True)
class Paired:
    """A device and its secret, which is shown this once; "" when the same form has paired it before."""

    device: Device
    secret: str


def pair_device(*, member_id: int, title: str, key: str) -> Paired:
    """Pair a device of a member, so many a day; raises DeviceError and NoSportError."""
    if not title.strip():
        raise DeviceError(say("give the device a name"))
    with transaction.atomic():
        member = Member.objects.select_for_update(no_key=True).get(pk=member_id)
        known = Device.objects.filter(member=member, key=key).first()
        if known is not None:
            return Paired(known, "")
        sport_terms(member.programme_id)
        _check_room(member)
        secret, code = new_secret(), "B" + _letters(CODE_LETTERS)
        device = Device.objects.create(
            programme_id=member.programme_id,
            member=member,
            code=code,
            pairing=_letters(PAIRING_LETTERS),
            title=title.strip()[:TITLE_MAX],
            key=key,
            cipher=seal(secret, bound_to=_bound_to(member.programme_id, code)),
            paired_at=timezone.now(),
        )
    return Paired(device, secret)


def _check_room(member: Member) -> None:
    own = Device.objects.filter(member=member)
    if own.filter(revoked_at__isnull=True).count() >= DEVICES_MAX:
        raise DeviceError(say("{count} devices are paired; revoke one first", count=DEVICES_MAX))
    if own.filter(paired_at__gt=timezone.now() - A_DAY).count() >= PAIRINGS_MAX:
        raise DeviceError(say("{count} pairings a day are the most; pair it tomorrow", count=PAIRINGS_MAX))


def revoke_own(*, member_id: int, device_id: int) -> Device:
    """Let a device of one's own report no more; what it reported stays. Doing it again changes nothing."""
    with transaction.atomic():
        device = Device.objects.select_for_update().filter(pk=device_id, member_id=member_id).first()
        if device is None:
            raise DeviceError(say("you have no such device"))
        if device.revoked_at is None:
            device.revoked_at = timezone.now()
            device.save(update_fields=["revoked_at"])
    return device


def revoke_device(*, device_id: int, operator_id: int, reason: str) -> Device:
    """Let a device report no more, as an operator; the member reads the reason. Doing it again changes nothing."""
    if not reason.strip():
        raise DeviceError(say("give a reason; the member and other operators will read it"))
    with transaction.atomic():
        device = Device.objects.select_for_update().get(pk=device_id)
        if device.revoked_at is None:
            device.revoked_at, device.revoked_by = timezone.now(), Operator.objects.get(pk=operator_id)
            device.reason = reason.strip()
            device.save(update_fields=["revoked_at", "revoked_by", "reason"])
            subject = f"device {device.code} of M{device.member_id}"
            note_act(operator_id=operator_id, act="revoke_device", subject=subject, reason=reason.strip())
    return device


def recognise(programme: str, code: str, stamp: Stamp, *, now: datetime) -> Device:
    """Return the device of a programme that signed a request within five minutes of now.

    Raises NotPairedError. Whether the device, its secret or the signature is wrong is not said.
    """
    fault = fault_of(stamp, now=now)
    if fault is not None:
        raise NotPairedError(fault)
    found = Device.objects.select_related("programme")
    device = found.filter(programme__code=programme, code=code, revoked_at__isnull=True).first()
    if device is None or not is_signed_by_one([_secret_of(device)], stamp):
        raise NotPairedError(
            say(
                "no paired device of this programme signed this; sign {content} with the secret of a pairing that was "
                "not revoked",
                content="id.timestamp.content",
            )
        )
    return device


def count_request(device: Device, *, now: datetime) -> None:
    """Count a request of a device; raises TooManyReportsError from the one too many on. Not inside a transaction."""
    seconds = seconds_to_wait(Device._meta.db_table, device.pk, now=now)
    if seconds:
        raise TooManyReportsError(seconds)
    Device.objects.filter(pk=device.pk).update(seen_at=now)


def close_device_secrets_anew() -> int:
    """Close the secret of every paired device with the newest key of JIFEN_FIELD_KEY; return how many."""
    with transaction.atomic():
        held = list(Device.objects.select_for_update().filter(revoked_at__isnull=True))
        for device in held:
            device.cipher = seal(_secret_of(device), bound_to=_bound_to(device.programme_id, device.code))
            device.save(update_fields=["cipher"])
    return len(held)


def _secret_of(device: Device) -> str:
    return unseal(bytes(device.cipher), bound_to=_bound_to(device.programme_id, device.code))


def _bound_to(programme_id: int, code: str) -> str:
    return f"secret of device {programme_id}/{code}"


def _letters(count: int) -> str:
    return "".join(secrets.choice(LETTERS) for _ in range(count))
