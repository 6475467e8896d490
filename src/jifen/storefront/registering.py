"""Operators register stores and branches and change them; what they are for good stays (S1-17, S1-27, S3-12, S3-24)."""

import re
from decimal import Decimal
from fractions import Fraction
from typing import NotRequired, TypedDict, Unpack

from django.db import IntegrityError, transaction

from jifen.engine.amounts import Rate
from jifen.engine.message import say
from jifen.engine.programme import Programme as Terms
from jifen.facts.acts import note_act
from jifen.facts.days import next_tick, open_day
from jifen.facts.joining import join_store
from jifen.storefront.errors import StoreError, given
from jifen.storefront.people import member_of
from jifen.storefront.terms import has_stores, least_rate, terms_now
from jifen.stores.concessions import least_concession, percent_text
from jifen.stores.models import CODE_LENGTH, Store, StoreStanding, StoreType
from jifen.stores.regions import division
from jifen.stores.terms import has_concessions

RATE_DECIMALS = 9
RATIO_MAX = 99  # points for 1 CNY
SHARES = 10_000  # hundredths of a percent, in which facts of periods name their share (S3-17)
LATITUDE_MAX, LONGITUDE_MAX = 90, 180
_CODE = re.compile(rf"[A-Za-z0-9_-]{{1,{CODE_LENGTH}}}")


class StoreNotValidError(StoreError):
    """A store cannot be so."""


class NewStore(TypedDict):
    """What a store is for good: owner and referrer by phone or code, empty for nobody; region a division's code.

    `type` is "store" or "branch", `branch` the code of the branch from which a store buys its points (S3-24, S3-27).
    """

    programme_id: int
    code: str
    owner: str
    referrer: str
    region: str
    type: NotRequired[str]
    branch: NotRequired[str]


class StoreFields(TypedDict):
    """What of a store may change. Without a rate its commission is the document's.

    It has both latitude and longitude, in degrees, or neither; the concession is a part of each bill (S2-05),
    the ratio how many points 1 CNY brings there (S3-12).
    """

    title: str
    title_en: str
    address: str
    phone: str
    rate: Decimal | None
    latitude: NotRequired[Decimal | None]
    longitude: NotRequired[Decimal | None]
    services: NotRequired[str]
    concession: NotRequired[Decimal | None]
    ratio: NotRequired[Decimal | None]


def register_store(*, new: NewStore, operator_id: int, reason: str, **fields: Unpack[StoreFields]) -> Store:
    """Register a store that sells from now on. Registering the same store again changes nothing."""
    reason = given(reason)
    programme_id, code = new["programme_id"], new["code"].strip()
    _check_new(new, code)
    _check(programme_id, fields)
    owner, referrer = (member_of(programme_id, new[who]) if new[who].strip() else None for who in ("owner", "referrer"))
    if owner is not None and owner == referrer:
        raise StoreNotValidError(say("the owner of a store does not bring it; leave the referrer out"))
    branch = _branch_of(new)
    with transaction.atomic():
        wanted = Store(
            programme_id=programme_id,
            code=code,
            owner=owner,
            referrer=referrer,
            region=new["region"],
            type=new.get("type", StoreType.STORE),
            branch=branch,
            joined_on=open_day(programme_id),  # and the day cannot be closed before this is committed
            joined_tick=next_tick(),
            **_stripped(fields),
        )
        store, is_new = _store_of(wanted)
        if is_new:
            join_store(store)
            note_act(operator_id=operator_id, act="register_store", subject=subject_of(store), reason=reason)
    return store


def change_store(*, store_id: int, operator_id: int, reason: str, **fields: Unpack[StoreFields]) -> Store:
    """Change what a store is called and what it pays; orders that were placed keep the commission of their moment."""
    reason = given(reason)
    with transaction.atomic():
        store = Store.objects.select_for_update(no_key=True).get(pk=store_id)
        _check(store.programme_id, fields)
        for name, value in _stripped(fields).items():
            setattr(store, name, value)
        store.save(update_fields=[*fields])
        note_act(operator_id=operator_id, act="change_store", subject=subject_of(store), reason=reason)
    return store


def open_store(*, store_id: int, operator_id: int, reason: str) -> Store:
    """Let a store sell again; what is open stays so."""
    return _switch(store_id, operator_id, given(reason), active=True)


def close_store(*, store_id: int, operator_id: int, reason: str) -> Store:
    """Let a store sell no more; what it sold is settled as ever."""
    return _switch(store_id, operator_id, given(reason), active=False)


def subject_of(store: Store) -> str:
    """Return what a store is called in the audit log."""
    return f"store {store.code}"


def _switch(store_id: int, operator_id: int, reason: str, *, active: bool) -> Store:
    with transaction.atomic():
        store = Store.objects.select_for_update(no_key=True).get(pk=store_id)
        if store.active != active:
            store.active = active
            store.save(update_fields=["active"])
            act = "open_store" if active else "close_store"
            note_act(operator_id=operator_id, act=act, subject=subject_of(store), reason=reason)
    return store


def _store_of(wanted: Store) -> tuple[Store, bool]:
    """Save a store, or return the one with its code if that is the same; refuse another one's code."""
    try:
        with transaction.atomic():
            wanted.save(force_insert=True)
            StoreStanding.objects.create(store=wanted)
    except IntegrityError as error:
        if "store_code_once" not in str(error):
            raise
    else:
        return wanted, True
    found = Store.objects.get(programme_id=wanted.programme_id, code=wanted.code)
    same = ("owner_id", "referrer_id", "region", "type", "branch_id", *StoreFields.__annotations__)
    if any(getattr(found, name) != getattr(wanted, name) for name in same):
        raise StoreNotValidError(say("there is a store {code} already", code=wanted.code))
    return found, False


def _check_new(new: NewStore, code: str) -> None:
    if _CODE.fullmatch(code) is None:
        raise StoreNotValidError(
            say("the code of a store has letters, digits, - and _ only, at most {most}", most=CODE_LENGTH)
        )
    if new["region"] and division(new["region"]) is None:
        raise StoreNotValidError(say("there is no division {code}", code=new["region"]))


def _branch_of(new: NewStore) -> Store | None:
    """Return the branch that a store buys points from; refuse what is none, and branches below branches (S3-27)."""
    code, of_type = new.get("branch", "").strip(), new.get("type", StoreType.STORE)
    if of_type not in StoreType.values:
        raise StoreNotValidError(say("choose a store or a branch"))
    if of_type != StoreType.STORE and not terms_now(new["programme_id"]).float_kind:
        raise StoreNotValidError(say("this programme has no branches"))
    if not code:
        return None
    if of_type == StoreType.BRANCH:
        raise StoreNotValidError(say("a branch has no branch above it; leave it out"))
    found = Store.objects.filter(programme_id=new["programme_id"], code=code, type=StoreType.BRANCH).first()
    if found is None:
        raise StoreNotValidError(say("there is no branch {code}", code=code))
    return found


def _check(programme_id: int, fields: StoreFields) -> None:
    """Refuse a store without a name, and a commission that does not pay what the platform and others take of it."""
    if not fields["title"].strip():
        raise StoreNotValidError(say("give the store a name"))
    terms = terms_now(programme_id)
    if not has_stores(terms):
        raise StoreNotValidError(say("this programme has no stores"))
    least, rate = least_rate(terms), fields["rate"]
    if rate is not None and not least <= Fraction(rate) <= 1:
        shown = Rate(least.numerator, least.denominator)
        raise StoreNotValidError(say("the commission is between {least} and 1", least=shown))
    _check_place(fields)
    _check_concession(fields.get("concession"), terms)
    ratio = fields.get("ratio")
    if ratio is not None and not terms.float_kind:
        raise StoreNotValidError(say("stores of this programme give no points of their own"))
    if ratio is not None and not 0 < ratio <= RATIO_MAX:
        raise StoreNotValidError(say("a store gives more than 0 and at most {most} points for 1 CNY", most=RATIO_MAX))
    if terms.periods is not None and rate is not None and (not rate or rate * SHARES != int(rate * SHARES)):
        raise StoreNotValidError(say("a share of sales is above 0 %, with at most 2 decimals, such as 3.25 %"))


def _check_place(fields: StoreFields) -> None:
    """Refuse half a place, and one that is nowhere."""
    latitude, longitude = fields.get("latitude"), fields.get("longitude")
    if (latitude is None) != (longitude is None):
        raise StoreNotValidError(say("give latitude and longitude, or neither of them"))
    for value, most in ((latitude, LATITUDE_MAX), (longitude, LONGITUDE_MAX)):
        if value is not None and not -most <= value <= most:
            raise StoreNotValidError(say("degrees are between -{most} and {most}", most=most))


def _check_concession(concession: Decimal | None, terms: Terms) -> None:
    """Refuse a concession that is none where each store has to give one, or less than the document asks for."""
    if (concession is None and has_concessions(terms)) or (concession is not None and not 0 < concession <= 1):
        raise StoreNotValidError(say("a concession is above 0 and at most 100 %"))
    least = least_concession(terms)
    if concession is not None and Fraction(concession) < least:
        shown = percent_text(least)
        raise StoreNotValidError(say("a concession is at least {least} and at most 100 %", least=shown))


def _stripped(fields: StoreFields) -> StoreFields:
    """Return the fields with texts without blanks around them, commission and ratio with all their decimals."""
    texts = {name: value.strip() for name, value in fields.items() if isinstance(value, str)}
    shares = {"rate": fields["rate"], **({"ratio": fields["ratio"]} if "ratio" in fields else {})}
    step = Decimal(1).scaleb(-RATE_DECIMALS)
    exact = {name: value.quantize(step) if value is not None else None for name, value in shares.items()}
    return StoreFields(**{**fields, **texts, **exact})  # type: ignore[typeddict-item]  # the same names
