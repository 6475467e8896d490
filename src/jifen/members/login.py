"""Login by phone and password: one answer for all that is wrong, and only so many tries (S4-25)."""

from datetime import datetime, timedelta
from functools import lru_cache
from ipaddress import ip_address, ip_network

from django.contrib.auth.hashers import check_password, make_password
from django.db import connection, transaction
from django.utils import timezone
from django.utils.crypto import salted_hmac

from jifen.engine.message import Message, say
from jifen.members.keys import field_keys
from jifen.members.models import LoginTry, Member
from jifen.members.passwords import LENGTH_MAX, refuse_weak
from jifen.members.phones import PhoneNotValidError, decrypt, find_by_phone, normalise

WINDOW = timedelta(minutes=15)
PHONE_TRIES_MAX = 5
ADDRESS_TRIES_MAX = 60  # many members may share the address of an office
LOOKUPS_MAX = 30  # of one member, who would otherwise try codes and phones until somebody's name is shown
PAY_CODE_MISSES_MAX = 5  # of one who rings up, whosever codes are guessed
AT_COUNTER_MAX = 30  # phones that a store's owner tries: refusals and codes at the counter
PAY_CODE_TRIES_MAX = 60  # of one member's codes: so many that no single store keeps the member from paying elsewhere
RECOVERY_CODES_MAX = 3  # sent to one phone in that time
RECOVERY_TRIES_MAX = 30  # of one address: codes asked for, and codes typed in
JOINING_TRIES_MAX = 30  # of one network: codes for registering that are asked for, and as often those typed in
DAY = timedelta(days=1)
PHONE_CODES_A_DAY = 10  # to one phone, of each purpose: nobody's phone is kept ringing
PROOFS_A_DAY = 5  # of each purpose that whoever likes asks for, apart from those of an account's owner
CHANGE_CODES_MAX = 3  # for another phone, of one member in that time
CHANGE_CODES_A_DAY = 5
CHANGE_CODES_OF_NETWORK = 30  # in a day
JOINING_CODES_A_DAY = 300  # of one network; a street or a meeting may share it
FORGET_AT_ONCE = 100
IPV6, IPV6_BITS = 6, 64

# Counting first and checking then means that parallel tries cannot be more than the limit either.
_COUNT = """
INSERT INTO members_logintry AS known (subject, tries, since) VALUES (%(subject)s, 1, %(now)s)
ON CONFLICT (subject) DO UPDATE SET
    tries = CASE WHEN known.since <= %(old)s THEN 1 ELSE known.tries + 1 END,
    since = CASE WHEN known.since <= %(old)s THEN %(now)s ELSE known.since END
RETURNING tries
"""
_FORGIVE = "UPDATE members_logintry SET tries = tries - 1 WHERE subject = %s AND tries > 0"
_FORGET = """
DELETE FROM members_logintry WHERE subject IN (
    SELECT subject FROM members_logintry WHERE since <= %s ORDER BY since LIMIT %s FOR UPDATE SKIP LOCKED)
"""


class LoginError(Exception):
    """Somebody cannot log in, and the message says why."""

    def __init__(self, message: Message) -> None:
        super().__init__(str(message))
        self.message = message


class WrongLoginError(LoginError):
    """No member has this phone with this password; which of the two is wrong is not said."""


class TooManyTriesError(LoginError):
    """The phone or the address was tried too often lately; the password was not even looked at."""


def log_in(*, programme_id: int, phone: str, password: str, address: str, card: str = "") -> Member:
    """Return the member who logs in. Call it outside of a transaction: the try counts whatever comes of it.

    `card` is the number that was typed for the phone: tries count by it too, whether or not anybody has such a card.
    """
    now = timezone.now()
    by_phone, by_address = _phone_subject(programme_id, phone), _subject(f"address/{network_of(address)}")
    _count_try(by_address, ADDRESS_TRIES_MAX, now)  # first: an address that is stopped locks nobody's phone
    by_card = _phone_subject(programme_id, card) if card else by_phone
    if by_card != by_phone:
        _count_try(by_card, PHONE_TRIES_MAX, now)
    _count_try(by_phone, PHONE_TRIES_MAX, now)
    member = find_by_phone(programme_id, phone)
    if not _is_password(member, password) or member is None:
        raise WrongLoginError(say("the phone or the password is wrong"))
    _forgive([by_phone, by_card], by_address, now)
    return member


def count_joining(address: str) -> None:
    """Count that an address tries to register; raises TooManyTriesError. Not inside a transaction."""
    _count_try(_subject(f"joining/{network_of(address)}"), JOINING_TRIES_MAX, timezone.now())


def count_joining_code(address: str) -> None:
    """Count that an address asks for a code to register with; raises TooManyTriesError. Not inside a transaction."""
    network, now = network_of(address), timezone.now()
    _count_try(_subject(f"joining code/{network}"), JOINING_TRIES_MAX, now)
    _count_in_a_day(_subject(f"joining code of a day/{network}"), JOINING_CODES_A_DAY, now)


def network_of(address: str) -> str:
    """Return what an address counts as: itself, or of IPv6 the /64, in which a subscriber has any address he likes."""
    try:
        read = ip_address(address)
    except ValueError:
        return address
    return str(ip_network((read, IPV6_BITS), strict=False)) if read.version == IPV6 else str(read)


def count_lookup(member_id: int) -> None:
    """Count that a member looks up another one; raises TooManyTriesError. Not inside a transaction."""
    _count_try(_lookup_subject(member_id), LOOKUPS_MAX, timezone.now())


def forgive_lookup(member_id: int) -> None:
    """Let a look-up that was counted not count: it named somebody whom the member has before it."""
    _take_back(_lookup_subject(member_id))


def count_at_counter(member_id: int) -> None:
    """Count that a store's owner tries a phone at the counter; raises TooManyTriesError. Not inside a transaction."""
    _count_try(_subject(f"at counter/M{member_id}"), AT_COUNTER_MAX, timezone.now())


def count_recovery(address: str) -> None:
    """Count that an address asks for a code or types one in; raises TooManyTriesError. Not inside a transaction."""
    _count_try(_subject(f"recovery/{network_of(address)}"), RECOVERY_TRIES_MAX, timezone.now())


def count_code(purpose: str, programme_id: int, phone: str, a_day: int = PHONE_CODES_A_DAY) -> None:
    """Count that a code is sent to a phone, each purpose by itself; raises TooManyTriesError. Not inside a transaction.

    Who asks for codes to register a phone of somebody else keeps no owner from a code for the password.
    """
    now = timezone.now()
    _count_try(_subject(f"code/{purpose}/{programme_id}/{phone}"), RECOVERY_CODES_MAX, now)
    _count_in_a_day(_subject(f"code of a day/{purpose}/{phone}"), a_day, now)


def count_change_code(member_id: int, address: str) -> None:
    """Count that a member asks for codes for another phone; raises TooManyTriesError. Not inside a transaction."""
    now = timezone.now()
    _count_try(_subject(f"change code/M{member_id}"), CHANGE_CODES_MAX, now)
    _count_in_a_day(_subject(f"change code of a day/M{member_id}"), CHANGE_CODES_A_DAY, now)
    _count_in_a_day(_subject(f"change code of a day/{network_of(address)}"), CHANGE_CODES_OF_NETWORK, now)


def count_pay_code(member_id: int, ringer_id: int) -> None:
    """Count that who rings up tries a code of a member; raises TooManyTriesError. Not inside a transaction."""
    now = timezone.now()
    _count_try(_ringer_subject(ringer_id), PAY_CODE_MISSES_MAX, now)  # first: who is stopped here stops no member
    try:
        _count_try(_pay_subject(member_id), PAY_CODE_TRIES_MAX, now)
    except TooManyTriesError:
        _take_back(_ringer_subject(ringer_id))  # the code was not looked at
        raise


def forgive_pay_code(member_id: int, ringer_id: int) -> None:
    """Let a right code not count; the wrong ones of who rings up still do, or one's own code would clear them."""
    LoginTry.objects.filter(subject=_pay_subject(member_id)).delete()
    _take_back(_ringer_subject(ringer_id))


def forget_tries(programme_id: int, phone: str) -> None:
    """Forget how often a phone was tried: its owner has proved to have it."""
    LoginTry.objects.filter(subject=_phone_subject(programme_id, phone)).delete()


def change_password(*, member_id: int, old: str, new: str) -> Member:
    """Give a member another password; the old one is asked for, and tried only so often. Not inside a transaction."""
    member, phone = _proved(member_id, old, say("the old password is wrong"))
    refuse_weak(new, phone=phone)
    member.password = make_password(new)
    member.save(update_fields=["password"])
    forget_tries(member.programme_id, phone)
    return member


def prove_password(member_id: int, password: str) -> None:
    """Compare a password of a member who is logged in; raises WrongLoginError and TooManyTriesError.

    Only so many tries are taken. Not inside a transaction.
    """
    member, phone = _proved(member_id, password, say("the password is wrong"))
    forget_tries(member.programme_id, phone)


def _proved(member_id: int, password: str, wrong: Message) -> tuple[Member, str]:
    """Count a try of a member's password and compare it; return the member and the phone."""
    member = Member.objects.get(pk=member_id)
    phone = decrypt(bytes(member.phone_cipher), programme_id=member.programme_id)
    _count_try(_phone_subject(member.programme_id, phone), PHONE_TRIES_MAX, timezone.now())
    if not _is_password(member, password):
        raise WrongLoginError(wrong)
    return member, phone


def session_mark(member: Member) -> str:
    """Return what a session keeps to end by itself when the member's password or phone has changed."""
    phone = decrypt(bytes(member.phone_cipher), programme_id=member.programme_id)
    return salted_hmac("jifen.members.login", f"{member.password}/{phone}", algorithm="sha256").hexdigest()


def _is_password(member: Member | None, password: str) -> bool:
    """Return whether it is the member's password; nobody's takes as long to refuse."""
    if len(password) > LENGTH_MAX:
        return False
    right = check_password(password, member.password if member is not None else _nobody_s_password())
    return right and member is not None


@lru_cache(maxsize=1)
def _nobody_s_password() -> str:
    return make_password("nobody has this password")


def _count_try(subject: str, tries_max: int, now: datetime) -> None:
    """Count a try; raises TooManyTriesError from the one too many on, until the window has passed."""
    if _tries(subject, since=now, now=now) > tries_max:
        minutes = WINDOW // timedelta(minutes=1)
        raise TooManyTriesError(say("too many tries; wait {minutes} minutes and try again", minutes=minutes))


def _count_in_a_day(subject: str, tries_max: int, now: datetime) -> None:
    """Count a try as above, for a day: the row's moment lies ahead, so that it is a window old after a day."""
    if _tries(subject, since=now + DAY - WINDOW, now=now) > tries_max:
        raise TooManyTriesError(say("too many codes for one day; try again tomorrow"))


def _tries(subject: str, *, since: datetime, now: datetime) -> int:
    with transaction.atomic(durable=True), connection.cursor() as cursor:
        cursor.execute(_COUNT, {"subject": subject, "now": since, "old": now - WINDOW})
        return int(cursor.fetchone()[0])


def _forgive(right: list[str], by_address: str, now: datetime) -> None:
    """A right password clears phone and card, and does not count for the address; what is long past is forgotten."""
    LoginTry.objects.filter(subject__in=right).delete()
    with connection.cursor() as cursor:
        cursor.execute(_FORGIVE, [by_address])
        cursor.execute(_FORGET, [now - WINDOW, FORGET_AT_ONCE])


def _take_back(subject: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(_FORGIVE, [subject])


def _phone_subject(programme_id: int, phone: str) -> str:
    """Return what counts a phone's tries; a text that is no phone counts as itself."""
    try:
        written = normalise(phone)
    except PhoneNotValidError:
        written = phone
    return _subject(f"phone/{programme_id}/{written}")


def _pay_subject(member_id: int) -> str:
    return _subject(f"pay code/M{member_id}")


def _ringer_subject(ringer_id: int) -> str:
    return _subject(f"pay code by/M{ringer_id}")


def _lookup_subject(member_id: int) -> str:
    return _subject(f"lookup/M{member_id}")


def _subject(text: str) -> str:
    return field_keys()[0].subject(text)
