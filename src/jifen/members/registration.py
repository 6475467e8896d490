"""How somebody becomes a member: one phone, one account (S4-25), and a referrer for good."""

import unicodedata
from datetime import date
from typing import TYPE_CHECKING, NamedTuple, NotRequired, TypedDict, Unpack

from django.contrib.auth.hashers import make_password
from django.core.exceptions import ObjectDoesNotExist
from django.db import IntegrityError, transaction

from jifen.engine.message import say
from jifen.members.invites import make_invite_code, read_invite_code
from jifen.members.login import count_joining
from jifen.members.models import Member, Standing
from jifen.members.passwords import WeakPasswordError, refuse_weak
from jifen.members.phones import (
    PhoneNotValidError,
    RegistrationError,
    blind_index,
    encrypt,
    find_by_phone,
    normalise,
)
from jifen.members.ticks import next_tick

if TYPE_CHECKING:
    from jifen.stores.models import Store

__all__ = [
    "NameNotValidError",
    "NewMember",
    "PhoneNotValidError",
    "PhoneTakenError",
    "RegistrationError",
    "UnknownInviteError",
    "UnknownStoreError",
    "WeakPasswordError",
    "read_name",
    "read_newcomer",
    "referrer_of",
    "register_member",
]

NAME_LENGTH_MAX = 40
CODE_TRIES = 5  # one code in a million is taken at a million members


class PhoneTakenError(RegistrationError):
    """A member of the programme has this phone already."""


class UnknownInviteError(RegistrationError):
    """No member of the programme has this invite code."""


class UnknownStoreError(RegistrationError):
    """No store of the programme has this id, or it is closed."""


class NameNotValidError(RegistrationError):
    """A name that is empty, too long, or has signs that cannot be seen."""


class NewMember(TypedDict):
    """Who registers; `joined_on` is the business day. Of an `address` only so many are taken in a time.

    `store_id` is the store through whose QR code or link somebody comes, or which opens the member's card (S3-11): the
    home store, for good (S1-19). Without a password (None) the member logs in first after a code proved the phone.
    """

    programme_id: int
    phone: str
    password: str | None
    name: str
    invite_code: NotRequired[str]
    store_id: NotRequired[int | None]
    joined_on: date
    language: NotRequired[str]
    address: NotRequired[str]


class Read(NamedTuple):
    """What a newcomer's form says, read."""

    phone: str
    name: str
    store: "Store | None"
    referrer: Member | None


def register_member(**who: Unpack[NewMember]) -> Member:
    """Register a member, below the one whose invite code is given; without one below the owner of the store (S1-19).

    Raises a RegistrationError that says why not, and with an `address` TooManyTriesError.
    """
    if "address" in who:
        count_joining(who["address"])
    programme_id = who["programme_id"]
    phone, name, store, referrer = read_newcomer(**who)
    if find_by_phone(programme_id, phone) is not None:
        raise _phone_taken()

    member = Member(
        programme_id=programme_id,
        phone_cipher=encrypt(phone, programme_id=programme_id),
        phone_index=blind_index(phone, programme_id=programme_id),
        name=name,
        password=make_password(who["password"]),
        referrer=referrer,
        home_store=store,
        # A referrer who joined a moment ago may be of the day that began since.
        joined_on=max(who["joined_on"], referrer.joined_on) if referrer is not None else who["joined_on"],
        language=who.get("language", "zh-hans"),
    )
    _write(member)
    return member


def read_newcomer(**who: Unpack[NewMember]) -> "Read":
    """Return what the form of a newcomer says, without asking whether the phone has an account.

    Raises a RegistrationError that says what is wrong with it.
    """
    programme_id, phone = who["programme_id"], normalise(who["phone"])
    name = read_name(who["name"])
    if who["password"] is not None:
        refuse_weak(who["password"], phone=phone)
    store = _home_store(programme_id, who.get("store_id"))
    referrer = referrer_of(programme_id, who.get("invite_code", ""))
    if referrer is None and store is not None:
        referrer = store.owner
    return Read(phone, name, store, referrer)


def read_name(text: str) -> str:
    """Return a name as it is kept, single-spaced; raises NameNotValidError."""
    name = " ".join(text.split())
    if not 1 <= len(name) <= NAME_LENGTH_MAX:
        raise NameNotValidError(say("a name has from 1 to {most} characters", most=NAME_LENGTH_MAX))
    if any(unicodedata.category(sign).startswith("C") for sign in name):
        raise NameNotValidError(say("the name has signs that cannot be seen; write it anew"))
    return name


def referrer_of(programme_id: int, invite_code: str) -> Member | None:
    """Return the owner of an invite code, nobody without one; raises UnknownInviteError."""
    invite_code = read_invite_code(invite_code)
    if not invite_code:
        return None
    referrer = Member.objects.filter(programme_id=programme_id, invite_code=invite_code).first()
    if referrer is None:
        raise UnknownInviteError(say("nobody has this invite code; look at it again, or leave it out"))
    return referrer


def _home_store(programme_id: int, store_id: int | None) -> "Store | None":
    if store_id is None:
        return None
    try:
        store = Member(home_store_id=store_id).home_store  # stores stand above members, and are read through the model
    except ObjectDoesNotExist:
        store = None
    if store is None or store.programme_id != programme_id:
        raise UnknownStoreError(say("no store of the programme has this code; look at it again, or leave it out"))
    if not store.active:
        raise UnknownStoreError(say("this store is closed; register without it"))
    return store


def _write(member: Member) -> None:
    """Store a member with a code of its own; raises PhoneTakenError when somebody else was faster."""
    for _ in range(CODE_TRIES):
        member.invite_code = make_invite_code()
        try:
            with transaction.atomic():
                member.joined_tick = next_tick()
                member.save(force_insert=True)
                Standing.objects.create(member=member, programme_id=member.programme_id)
        except IntegrityError as error:
            member.pk = None
            if "member_invite_code_once" in str(error):
                continue
            if "member_one_phone_one_account" in str(error):
                raise _phone_taken() from None
            raise
        return
    raise AssertionError("no invite code is left")


def _phone_taken() -> PhoneTakenError:
    return PhoneTakenError(say("this phone has an account already; log in with it"))
