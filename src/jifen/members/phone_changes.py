"""Another phone for a member (S4-25): by the member with password and codes to both phones, or by two operators.

The old phone is told, and every session ends. What operators change, for a lost phone, ends the password too: the
member chooses one by a code to the new phone, which proves it. A proposal holds seven days, and only for the phone
that was lost. The operators' services note no acts; jifen.backoffice.audited does.
"""

from collections.abc import Callable
from datetime import timedelta
from functools import partial

from django.contrib.auth.hashers import make_password
from django.db import IntegrityError, transaction
from django.utils import timezone

from jifen.engine.message import Message, say
from jifen.members.codes import MINUTES, WrongCodeError, check_proof, send_proof, use_up
from jifen.members.login import count_change_code, count_recovery, forget_tries, prove_password
from jifen.members.models import Member, PhoneChange, PhoneChangeState
from jifen.members.phones import blind_index, decrypt, encrypt, find_by_phone, mask, normalise
from jifen.members.registration import PhoneTakenError
from jifen.members.sms import sms
from jifen.messages import translator

PROPOSAL_HOLDS = timedelta(days=7)
OTHER_CONTENTS = say("this was already sent with other contents; look at the list, then begin anew")


class PhoneChangeError(Exception):
    """A phone cannot be changed so; the message says why."""

    def __init__(self, message: Message) -> None:
        super().__init__(str(message))
        self.message = message


class WrongOldCodeError(WrongCodeError):
    """The code that the old phone got is wrong, or for another new phone, or no longer holds."""


def send_change_code(*, member: Member, password: str, phone: str, address: str) -> str:
    """Send codes to both phones of a member who knows the password; return the new phone as it is written.

    Whether somebody has it is not said. The code to the old phone is for this new one alone. Raises WrongLoginError,
    PhoneNotValidError, PhoneChangeError and TooManyTriesError. Not inside a transaction.
    """
    phone = normalise(phone)
    count_recovery(address)
    prove_password(member.pk, password)
    _refuse_same(member, phone)
    count_change_code(member.pk, address)
    for purpose, to, text, counts_as in (
        (_agreement(member.pk, phone), _phone_of(member), partial(_old_text, phone), "old phone"),
        (_purpose(member.pk), phone, _text, "new phone"),
    ):
        words = partial(_words, member, text)
        send_proof(purpose, programme_id=member.programme_id, phone=to, text=words, counts_as=counts_as)
    return phone


def change_phone(*, member: Member, phone: str, old_code: str, code: str, address: str) -> PhoneChange:
    """Give a member the phone that a right code proved and the old one agreed to, once. Not inside a transaction.

    The old phone is told, every session ends, and what operators proposed is rejected. Raises
    WrongOldCodeError, WrongCodeError, PhoneTakenError and TooManyTriesError.
    """
    count_recovery(address)
    old, proofs = _phone_of(member), _proofs(member, phone, old_code, code)
    with transaction.atomic():
        held = _locked(member.pk)
        if _phone_of(held) != old:
            raise WrongOldCodeError
        for proof in proofs:
            use_up(proof)
        for proposal in held.phone_changes.select_for_update().filter(state=PhoneChangeState.PROPOSED):
            _decide(proposal, PhoneChangeState.REJECTED, None)
        change = PhoneChange.objects.create(
            programme_id=held.programme_id,
            member=held,
            old=mask(old),
            new=mask(phone),
            state=PhoneChangeState.DONE,
            decided_at=timezone.now(),
        )
        _put(held, phone)
        _tell(held, old, _to_old(phone))
    _forget(held.programme_id, old, phone)
    return change


def propose_phone(*, member_id: int, phone: str, reason: str, key: str, operator_id: int) -> PhoneChange:
    """Propose another phone for a member who lost the old one; the same key again returns the same proposal."""
    phone = normalise(phone)
    with transaction.atomic():
        member = _locked(member_id)
        known = PhoneChange.objects.filter(programme_id=member.programme_id, key=key).first()
        if known is not None:
            if (known.member_id, known.new, known.reason) != (member_id, mask(phone), reason):
                raise PhoneChangeError(OTHER_CONTENTS)
            return known
        _refuse_same(member, phone)
        _refuse_taken(member, phone)
        if member.phone_changes.filter(state=PhoneChangeState.PROPOSED).exists():
            raise PhoneChangeError(say("another phone is proposed for this member already; decide on that one first"))
        return PhoneChange.objects.create(
            programme_id=member.programme_id,
            member=member,
            old=mask(_phone_of(member)),
            new=mask(phone),
            new_cipher=encrypt(phone, programme_id=member.programme_id),
            reason=reason,
            key=key,
            proposed_by_id=operator_id,
        )


def approve_phone(*, change_id: int, operator_id: int) -> PhoneChange:
    """Give the member the proposed phone: a second operator does. Every session ends, and both phones are told."""
    with transaction.atomic():
        change, member = _open(change_id)
        if change.proposed_by_id == operator_id:
            raise PhoneChangeError(say("a second operator has to do this; you did the step before"))
        _refuse_stale(change, member)
        old, phone = _phone_of(member), proposed_phone(change)
        _decide(change, PhoneChangeState.DONE, operator_id)
        member.password = make_password(None)
        _put(member, phone)
        _tell(member, old, _to_old(phone))
        _tell(member, phone, say("this phone has your account now; choose a password under Forgotten password"))
    return change


def reject_phone(*, change_id: int, operator_id: int, reason: str) -> PhoneChange:
    """Drop a proposed phone; whoever proposed it may take it back so."""
    with transaction.atomic():
        change, _member = _open(change_id)
        change.rejection = reason
        _decide(change, PhoneChangeState.REJECTED, operator_id)
    return change


def proposed_phone(change: PhoneChange) -> str:
    """Return the phone that is proposed, whole, for whoever decides; "" once that is done."""
    if change.new_cipher is None:
        return ""
    return decrypt(bytes(change.new_cipher), programme_id=change.programme_id)


def rotate_proposed() -> None:
    """Close anew, with the newest key, the phones that wait for a decision."""
    with transaction.atomic():
        for change in PhoneChange.objects.select_for_update().filter(state=PhoneChangeState.PROPOSED):
            change.new_cipher = encrypt(proposed_phone(change), programme_id=change.programme_id)
            change.save(update_fields=["new_cipher"])


def _open(change_id: int) -> tuple[PhoneChange, Member]:
    """Return a proposal with its member, both locked in one order; refuse one that was decided."""
    member = _locked(PhoneChange.objects.values_list("member_id", flat=True).get(pk=change_id))
    change = PhoneChange.objects.select_for_update().get(pk=change_id)
    if change.state != PhoneChangeState.PROPOSED:
        raise PhoneChangeError(say("this proposal was already decided; open it again to see by whom"))
    return change, member


def _refuse_stale(change: PhoneChange, member: Member) -> None:
    """Refuse a proposal for a phone that the member has no more, or that waited too long."""
    if mask(_phone_of(member)) != change.old:
        raise PhoneChangeError(say("the member has another phone by now; reject this and ask the member again"))
    if timezone.now() - change.proposed_at > PROPOSAL_HOLDS:
        days = PROPOSAL_HOLDS.days
        raise PhoneChangeError(say("this is older than {days} days; reject it and ask the member again", days=days))


def _proofs(member: Member, phone: str, old_code: str, code: str) -> list[str]:
    """Return what the codes of both phones prove, the old phone's first; raises WrongOldCodeError, WrongCodeError."""
    programme, old = member.programme_id, _phone_of(member)
    try:
        agreed = check_proof(_agreement(member.pk, phone), programme_id=programme, phone=old, code=old_code)
    except WrongCodeError as error:
        raise WrongOldCodeError from error
    return [agreed, check_proof(_purpose(member.pk), programme_id=programme, phone=phone, code=code)]


def _decide(change: PhoneChange, state: PhoneChangeState, operator_id: int | None) -> None:
    change.state, change.decided_by_id, change.decided_at = state, operator_id, timezone.now()
    change.new_cipher = None
    change.save()


def _put(member: Member, phone: str) -> None:
    """Write a phone; raises PhoneTakenError where another member has it."""
    _refuse_taken(member, phone)
    member.phone_cipher = encrypt(phone, programme_id=member.programme_id)
    member.phone_index = blind_index(phone, programme_id=member.programme_id)
    try:
        with transaction.atomic():
            member.save(update_fields=["phone_cipher", "phone_index", "password"])
    except IntegrityError as error:
        if "member_one_phone_one_account" not in str(error):
            raise
        raise _taken() from error


def _refuse_taken(member: Member, phone: str) -> None:
    if find_by_phone(member.programme_id, phone) is not None:
        raise _taken()


def _taken() -> PhoneTakenError:
    return PhoneTakenError(say("this phone has an account of its own; choose another one"))


def _refuse_same(member: Member, phone: str) -> None:
    if _phone_of(member) == phone:
        raise PhoneChangeError(say("this is the phone of the account already; type the new one"))


def _locked(member_id: int) -> Member:
    return Member.objects.select_for_update(no_key=True).get(pk=member_id)


def _phone_of(member: Member) -> str:
    return decrypt(bytes(member.phone_cipher), programme_id=member.programme_id)


def _forget(programme_id: int, *phones: str) -> None:
    for phone in phones:
        forget_tries(programme_id, phone)


def _tell(member: Member, phone: str, text: Message) -> None:
    sms().send(programme_id=member.programme_id, phone=phone, text=_translator(member)(text))


def _translator(member: Member) -> Callable[[Message], str]:
    return translator("en" if member.language == "en" else "zh_Hans")


def _purpose(member_id: int) -> str:
    return f"phone of M{member_id}"


def _agreement(member_id: int, phone: str) -> str:
    """Return what a code to the old phone is for: this new one, and no other."""
    return f"phone {normalise(phone)} of M{member_id}"


def _words(member: Member, text: Callable[[str], Message], code: str) -> str:
    return _translator(member)(text(code))


def _to_old(phone: str) -> Message:
    return say(
        "the phone of your account is {phone} from now on; if you did not want that, tell the operator at once",
        phone=mask(phone),
    )


def _old_text(phone: str, code: str) -> Message:
    return say(
        "{code} is your code for giving your account the new phone {phone}. It holds {minutes} minutes. Tell it to "
        "nobody; if you did not ask for it, change your password.",
        code=code,
        phone=mask(phone),
        minutes=MINUTES,
    )


def _text(code: str) -> Message:
    return say(
        "{code} is your code for the new phone of your account. It holds {minutes} minutes. Tell it to nobody.",
        code=code,
        minutes=MINUTES,
    )
