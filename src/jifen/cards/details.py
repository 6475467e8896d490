"""The register form (S3-09): checked, kept closed, shown masked, changed by its member or an operator.

Name and mobile phone stand in Member; the rest in Details. Every change notes which fields, and never what they said.
"""

import re
from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import date

from django.db import IntegrityError, transaction
from django.utils import timezone

from jifen.cards.errors import CardNotValidError
from jifen.cards.form_models import NOTE_MAX, Sex
from jifen.cards.models import Details, DetailsStep
from jifen.engine.message import say
from jifen.facts.acts import note_act
from jifen.facts.days import zone_of
from jifen.members import phones
from jifen.members.id_numbers import YEAR_FIRST, NoIdNumberError, birthday_of, mask_id_number, normalise_id_number
from jifen.members.keys import field_keys
from jifen.members.models import Member
from jifen.members.phones import PhoneNotValidError
from jifen.members.registration import NameNotValidError, read_name
from jifen.members.sealed import is_newest, seal, unseal

ADDRESS_MAX = 200
LANDLINE = re.compile(r"0[0-9]{2,3}-?[0-9]{7,8}(-[0-9]{1,6})?")
FIELDS = {"phone_cipher": "phone", "number_cipher": "id_number", "address_cipher": "address"}
CIPHERS = tuple(FIELDS)
NUMBER_TAKEN = say("another member has this ID number")


@dataclass(frozen=True, kw_only=True)
class Form:
    """What the register form asks for (S3-09); only name and mobile have to be there."""

    name: str
    mobile: str
    phone: str = ""
    id_number: str = ""
    birthday: date | None = None
    sex: str = ""  # "f", "m" or ""
    address: str = ""
    note: str = ""
    invite_code: str = ""


@dataclass(frozen=True)
class By:
    """Who acts: a member, who may be the owner of a store, or an operator."""

    member_id: int | None = None
    operator_id: int | None = None


@dataclass(frozen=True)
class Shown:
    """A register form as pages show it: the ID number masked."""

    name: str
    mobile: str  # masked
    phone: str
    id_number: str  # masked
    birthday: date | None
    sex: str
    address: str
    note: str


def checked(form: Form, *, today: date) -> Form:
    """Return a form the one way it is kept; raises CardNotValidError with the field that is wrong."""
    number = _number(form.id_number, today)
    birthday = form.birthday
    if birthday is not None and not date(YEAR_FIRST, 1, 1) <= birthday <= today:
        raise CardNotValidError(say("a birthday lies in the past"), "birthday")
    if number and birthday is not None and birthday != birthday_of(number):
        raise CardNotValidError(say("the birthday is another one than in the ID number"), "birthday")
    if form.sex not in ("", *Sex.values):
        raise CardNotValidError(say("choose one of the answers, or none"), "sex")
    return Form(
        name=_name(form.name),
        mobile=_phone(form.mobile, "mobile"),
        phone=_phone(form.phone, "phone") if form.phone.strip() else "",
        id_number=number,
        birthday=birthday or (birthday_of(number) if number else None),
        sex=form.sex,
        address=_short(form.address, ADDRESS_MAX, "address"),
        note=_short(form.note, NOTE_MAX, "note"),
        invite_code=form.invite_code,
    )


def keep_details(member: Member, form: Form, by: By) -> Details:
    """Keep the form of a member who has none, or change it; in the caller's transaction. Name and mobile stay.

    An empty ID number leaves the one that is kept. Raises CardNotValidError for another member's ID number.
    """
    found = Details.objects.select_for_update().filter(member=member).first()
    details = found or Details(member=member, programme_id=member.programme_id)
    changed = _fill(details, form)
    if not changed and found is not None:
        return details
    _refuse_number_of_others(details, form.id_number)
    try:
        with transaction.atomic():
            details.save()
    except IntegrityError as error:
        if "details_id_number_once" not in str(error):
            raise
        raise CardNotValidError(NUMBER_TAKEN, "id_number") from error
    if changed:
        _note(details, changed, by)
    return details


def change_details(*, member_id: int, form: Form, by: By) -> Details:
    """Change what the register form says; the mobile phone, by which a member logs in, stays as it is.

    Raises CardNotValidError with the field that is wrong.
    """
    with transaction.atomic():
        member = Member.objects.select_for_update(no_key=True).get(pk=member_id)
        mobile = phones.decrypt(bytes(member.phone_cipher), programme_id=member.programme_id)
        read = checked(replace(form, mobile=mobile), today=today_of(member.programme_id))
        details = keep_details(member, read, by)
        if member.name != read.name:
            member.name = read.name
            member.save(update_fields=["name"])
            _note(details, ["name"], by)
        if by.operator_id is not None:
            note_act(operator_id=by.operator_id, act="change_member_details", subject=member.code)
    return details


def read_details(member_id: int) -> Shown:
    """Return what a register form says, to its member or to whoever may read it: that is the caller's question."""
    member = Member.objects.select_related("details").get(pk=member_id)
    details = _details_of(member)
    number = _open(details, "number_cipher")
    return Shown(
        name=member.name,
        mobile=phones.masked(member),
        phone=_open(details, "phone_cipher"),
        id_number=mask_id_number(number) if number else "",
        birthday=details.birthday,
        sex=details.sex,
        address=_open(details, "address_cipher"),
        note=details.note,
    )


def read_id_number(*, member_id: int, operator_id: int) -> str:
    """Return a member's ID number to an operator, "" where there is none; the reading is noted."""
    with transaction.atomic():
        details = Details.objects.filter(member_id=member_id).first()
        if details is None or details.number_cipher is None:
            return ""
        DetailsStep.objects.create(details=details, fields="id_number", read=True, operator_id=operator_id)
        note_act(operator_id=operator_id, act="read_id_number", subject=f"M{member_id}")
        return _open(details, "number_cipher")


def has_id_number(member_id: int) -> bool:
    """Return whether a member's ID number is kept (trust C6)."""
    return Details.objects.filter(member_id=member_id, number_cipher__isnull=False).exists()


def members_by_id_number(programme_id: int, numbers: Collection[str]) -> dict[str, int]:
    """Return which members have which of some ID numbers, written as they are kept."""
    by_index = {key.index(_indexed(number, programme_id)): number for number in numbers for key in field_keys()}
    rows = Details.objects.filter(programme_id=programme_id, number_index__in=list(by_index))
    return {by_index[bytes(index or b"")]: member for member, index in rows.values_list("member_id", "number_index")}


def rotate_details() -> int:
    """Close every register form anew that is closed with an older key, one at a time; return how many."""
    done = 0
    for member_id in list(Details.objects.order_by("pk").values_list("pk", flat=True)):
        with transaction.atomic():
            details = Details.objects.select_for_update().get(pk=member_id)
            closed = [name for name in CIPHERS if getattr(details, name) is not None]
            if all(is_newest(bytes(getattr(details, name))) for name in closed):
                continue
            for name in closed:
                setattr(details, name, seal(_open(details, name), bound_to=_bound_to(name, member_id)))
            number = _open(details, "number_cipher")
            details.number_index = _index(number, details.programme_id) if number else None
            details.save(update_fields=[*CIPHERS, "number_index"])
            done += 1
    return done


def _fill(details: Details, form: Form) -> list[str]:
    """Write a form into its row; return which fields say something else now."""
    changed = []
    texts = {"phone_cipher": form.phone, "address_cipher": form.address, "number_cipher": form.id_number}
    for name, text in texts.items():
        keeps = name == "number_cipher" and not text
        if keeps or _open(details, name) == text:
            continue
        setattr(details, name, seal(text, bound_to=_bound_to(name, details.member_id)) if text else None)
        changed.append(FIELDS[name])
    if form.id_number:
        details.number_index = _index(form.id_number, details.programme_id)
    for field, value in (("birthday", form.birthday), ("sex", form.sex), ("note", form.note)):
        if getattr(details, field) != value:
            setattr(details, field, value)
            changed.append(field)
    return changed


def _note(details: Details, fields: list[str], by: By) -> None:
    DetailsStep.objects.create(
        details=details, fields=" ".join(fields), member_id=by.member_id, operator_id=by.operator_id
    )


def _details_of(member: Member) -> Details:
    try:
        return member.details
    except Details.DoesNotExist:
        return Details(member=member, programme_id=member.programme_id)


def _open(details: Details, name: str) -> str:
    cipher = getattr(details, name)
    return unseal(bytes(cipher), bound_to=_bound_to(name, details.member_id)) if cipher is not None else ""


def _bound_to(name: str, member_id: int) -> str:
    return f"{name} of M{member_id}"


def _index(number: str, programme_id: int) -> bytes:
    return field_keys()[0].index(_indexed(number, programme_id))


def _refuse_number_of_others(details: Details, number: str) -> None:
    """Refuse the ID number of another member, with whichever key its index was made."""
    if not number:
        return
    indexes = [key.index(_indexed(number, details.programme_id)) for key in field_keys()]
    rows = Details.objects.filter(programme_id=details.programme_id, number_index__in=indexes)
    if rows.exclude(pk=details.member_id).exists():
        raise CardNotValidError(NUMBER_TAKEN, "id_number")


def _indexed(number: str, programme_id: int) -> str:
    return f"id number/{programme_id}/{number}"


def _name(text: str) -> str:
    try:
        return read_name(text)
    except NameNotValidError as error:
        raise CardNotValidError(error.message, "name") from None


def _phone(text: str, field: str) -> str:
    """Return a phone as it is kept; a second one may be a landline, which is kept as it is written."""
    try:
        return phones.normalise(text)
    except PhoneNotValidError as error:
        landline = "".join(text.split())
        if field == "phone" and LANDLINE.fullmatch(landline):
            return landline
        raise CardNotValidError(error.message, field) from None


def _number(text: str, today: date) -> str:
    try:
        return normalise_id_number(text, today=today) if text.strip() else ""
    except NoIdNumberError as error:
        raise CardNotValidError(error.message, "id_number") from None


def _short(text: str, most: int, field: str) -> str:
    words = " ".join(text.split())
    if len(words) > most:
        raise CardNotValidError(say("write at most {most} characters", most=most), field)
    return words


def today_of(programme_id: int) -> date:
    """Return the date in a programme's zone."""
    return timezone.now().astimezone(zone_of(programme_id)).date()
