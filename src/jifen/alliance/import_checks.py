"""What of an uploaded list does not fit what the programme has: stores, phones, referrers and cards (S3-09, S3-18)."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import islice
from typing import Any

from jifen.alliance.import_lists import SEXES, Person, Reading, read_date
from jifen.cards.details import Form, checked, members_by_id_number, today_of
from jifen.cards.errors import CardNotValidError
from jifen.cards.issuing import NOT_IN_RANGE, NOT_IN_STOCK
from jifen.cards.models import Card, CardState
from jifen.cards.numbers import read_number
from jifen.engine.digits import member_number
from jifen.engine.message import say
from jifen.members.models import Member
from jifen.members.phones import PhoneNotValidError, blind_indexes, normalise
from jifen.stores.models import Store

AT_ONCE = 5_000
FINE_NAME, FINE_MOBILE = "会员", "13800000001"  # where only the rest of a form is checked
FORM_FIELDS = ("phone", "id_number", "birthday", "sex", "address", "note")


@dataclass
class Places:
    """Where the people of a list belong: stores by code, and who refers them, by line or as a member."""

    stores: Mapping[str, Store] = field(default_factory=dict)
    above: dict[int, int] = field(default_factory=dict)  # line of the referrer, by line
    referrers: dict[int, int] = field(default_factory=dict)  # member, by line


def place_people(programme_id: int, reading: Reading) -> Places:
    """Find stores and referrers, and note everything that does not fit as faults."""
    people = reading.people
    places = Places({store.code: store for store in Store.objects.filter(programme_id=programme_id)})
    taken = members_by_phone(programme_id, (person.mobile for person in people if person.mobile))
    for person in people:
        store = places.stores.get(person.texts["store"])
        if person.texts["store"] and (store is None or not store.active):
            told = say("there is no store with this code") if store is None else say("this store is closed")
            reading.fault(person.line, "store", told)
        if person.mobile in taken:
            has = f"M{taken[person.mobile]}"
            reading.fault(person.line, "mobile", say("{member} has this phone already", member=has))
    _find_referrers(programme_id, reading, places)
    _check_cards(programme_id, reading, places)
    _check_forms(programme_id, reading)
    return places


def members_by_phone(programme_id: int, phones: Iterable[str]) -> dict[str, int]:
    """Return which members have which of some phones, written as they are kept."""
    found = dict[str, int]()
    for some in _in_parts(phones):
        by_index = {index: phone for phone in some for index in blind_indexes(phone, programme_id=programme_id)}
        rows = Member.objects.filter(programme_id=programme_id, phone_index__in=list(by_index))
        found |= {by_index[bytes(index)]: pk for pk, index in rows.values_list("pk", "phone_index")}
    return found


def _find_referrers(programme_id: int, reading: Reading, places: Places) -> None:
    """Find each referrer in the list, by phone or card, else among the members, by phone or code."""
    people = reading.people
    in_list = {person.mobile: person.line for person in people if person.mobile}
    in_list |= {person.card: person.line for person in people if person.card}
    elsewhere = list[tuple[Person, str]]()
    for person in people:
        text = person.texts.get("referrer", "")
        if not text:
            continue
        line = in_list.get(_as_phone(text), in_list.get(str(read_number(text))))
        if line == person.line:
            reading.fault(line, "referrer", say("nobody refers himself"))
        elif line is not None:
            places.above[person.line] = line
        else:
            elsewhere.append((person, text))
    _find_members(programme_id, reading, places, elsewhere)


def _find_members(programme_id: int, reading: Reading, places: Places, wanted: Sequence[tuple[Person, str]]) -> None:
    codes = {code for _person, text in wanted if (code := member_number(text)) is not None}
    known = set(Member.objects.filter(programme_id=programme_id, pk__in=codes).values_list("pk", flat=True))
    by_phone = members_by_phone(programme_id, {_as_phone(text) for _person, text in wanted} - {""})
    for person, text in wanted:
        code = member_number(text)
        member_id = code if code in known else by_phone.get(_as_phone(text))
        if member_id is None:
            told = say("neither the list nor the programme has somebody with this phone, card or code")
            reading.fault(person.line, "referrer", told)
        else:
            places.referrers[person.line] = member_id


def _check_cards(programme_id: int, reading: Reading, places: Places) -> None:
    """Refuse numbers in no range of the member's store, and cards that are not in its stock (S3-18)."""
    found = dict[str, tuple[int, str]]()
    for some in _in_parts(person.card for person in reading.people if person.card):
        rows = Card.objects.filter(programme_id=programme_id, number__in=[int(card) for card in some])
        found |= {
            str(number): (store, state) for number, store, state in rows.values_list("number", "store_id", "state")
        }
    for person in reading.people:
        store = places.stores.get(person.texts["store"])
        if not person.card or store is None:
            continue
        at, state = found.get(person.card, (None, ""))
        if at != store.pk:
            reading.fault(person.line, "card", NOT_IN_RANGE)
        elif state != CardState.IN_STOCK:
            reading.fault(person.line, "card", NOT_IN_STOCK[state])


def form_of(texts: Mapping[str, str], *, name: str, mobile: str) -> Form:
    """Return the register form that a line fills in (S3-09)."""
    return Form(
        name=name,
        mobile=mobile,
        phone=texts.get("phone", ""),
        id_number=texts.get("id_number", ""),
        birthday=read_date(texts.get("birthday", "")),
        sex=SEXES.get(texts.get("sex", "").lower(), ""),
        address=texts.get("address", ""),
        note=texts.get("note", ""),
    )


def _check_forms(programme_id: int, reading: Reading) -> None:
    """Refuse what the register form refuses, field by field, and ID numbers of members."""
    today, numbers = today_of(programme_id), dict[str, Person]()
    for person in reading.people:
        form = form_of(person.texts, name=FINE_NAME, mobile=FINE_MOBILE)
        for _field in FORM_FIELDS:
            try:
                form = checked(form, today=today)
            except CardNotValidError as error:
                reading.fault(person.line, error.field, error.message)
                nothing: Any = None if error.field == "birthday" else ""
                form = replace(form, **{error.field: nothing})
            else:
                break
        if form.id_number:
            numbers[form.id_number] = person
    for some in _in_parts(numbers):
        for number, member_id in members_by_id_number(programme_id, some).items():
            told = say("{member} has this ID number already", member=f"M{member_id}")
            reading.fault(numbers[number].line, "id_number", told)


def _in_parts(texts: Iterable[str]) -> Iterator[list[str]]:
    """Yield texts, as many at once as a query takes easily."""
    left = iter(texts)
    while some := list(islice(left, AT_ONCE)):
        yield some


def _as_phone(text: str) -> str:
    try:
        return normalise(text)
    except PhoneNotValidError:
        return ""
