"""Stores and branches apply to join, most through a shareholder's link; head office decides (S3-20, S3-24, S3-27)."""

from decimal import Decimal
from typing import NamedTuple

from django.db import transaction
from django.utils import timezone

from jifen.alliance.errors import AllianceError, DealKeyReusedError, DealStateError, given
from jifen.alliance.models import StoreApplication, StoreWish, WishState
from jifen.alliance.people import BRANCH
from jifen.alliance.shareholder_models import ADDRESS_MAX, PHONE_MAX, TITLE_MAX
from jifen.alliance.shareholders import shareholder_by
from jifen.alliance.terms import terms_now
from jifen.engine.message import Message, say
from jifen.facts.acts import note_act
from jifen.facts.days import waiting
from jifen.members.licences import NoLicenceError, normalise_licence
from jifen.members.models import Member
from jifen.storefront.registering import NewStore, StoreFields, register_store
from jifen.stores.models import Store
from jifen.stores.regions import division, level


class WishNotValidError(AllianceError):
    """What was written cannot be so; `field` says what of it."""

    def __init__(self, message: Message, field: str) -> None:
        super().__init__(message)
        self.field = field


class Wish(NamedTuple):
    """What an applicant writes; without a branch the store buys from head office, and a branch never has one."""

    type: str  # "store" or "branch"
    title: str
    title_en: str
    licence_number: str
    region: str
    address: str
    phone: str
    branch_id: int | None = None


class Deal(NamedTuple):
    """What head office agrees on: the store's code, points for 1 CNY, and its share of sales (None: the document's)."""

    code: str
    ratio: Decimal | None
    rate: Decimal | None


def apply_for_store(*, member_id: int, wish: Wish, invite_code: str, key: str) -> StoreApplication:
    """Send an application; with the invite code of a shareholder's link he will have brought the store.

    The same key answers with the same application. Raises WishNotValidError with the field that is wrong,
    DealKeyReusedError for the same key with other contents, and AllianceError while another one waits.
    """
    with transaction.atomic():
        member = Member.objects.select_for_update(no_key=True).get(pk=member_id)
        checked = _checked(wish, member.programme_id)
        shareholder = _bringer(member, invite_code)
        known = StoreApplication.objects.filter(member=member, key=key).first()
        if known is not None:
            return _the_same(known, checked, shareholder)
        terms_now(member.programme_id)
        if StoreApplication.objects.filter(member=member, state=WishState.SENT).exists():
            raise AllianceError(say("one of your applications waits for its review; withdraw it to send another"))
        return StoreApplication.objects.create(
            programme_id=member.programme_id,
            member=member,
            shareholder=shareholder,
            key=key,
            sent_at=timezone.now(),
            **checked._asdict(),
        )


def withdraw(*, member_id: int, application_id: int) -> StoreApplication:
    """Take one's own application back before it is decided; again changes nothing."""
    with transaction.atomic():
        found = _locked(application_id)
        if found.member_id != member_id:
            raise StoreApplication.DoesNotExist
        if found.state == WishState.WITHDRAWN:
            return found
        if found.state != WishState.SENT:
            raise DealStateError
        found.state = WishState.WITHDRAWN
        found.save(update_fields=["state"])
    return found


def approve_store(*, application_id: int, deal: Deal, operator_id: int, reason: str) -> StoreApplication:
    """Approve an application: the store is there and joins; who brought it is its referrer. Again changes nothing.

    Raises DealStateError, and storefront.errors.StoreError for a code or terms that cannot be.
    """
    reason = given(reason)
    with waiting(), transaction.atomic():
        found = _locked(application_id)
        if found.state == WishState.APPROVED and found.operator_id == operator_id:
            return found
        if found.state != WishState.SENT:
            raise DealStateError
        found.store = _register(found, deal, operator_id, reason)
        _decide(found, WishState.APPROVED, operator_id, reason)
    return found


def refuse_store(*, application_id: int, operator_id: int, reason: str) -> StoreApplication:
    """Refuse an application; the applicant reads the reason. Again changes nothing."""
    reason = given(reason)
    with transaction.atomic():
        found = _locked(application_id)
        if found.state == WishState.REFUSED and found.operator_id == operator_id:
            return found
        if found.state != WishState.SENT:
            raise DealStateError
        _decide(found, WishState.REFUSED, operator_id, reason)
    return found


def newest_application(member_id: int) -> StoreApplication | None:
    """Return a member's newest application."""
    rows = StoreApplication.objects.select_related("store", "branch", "shareholder")
    return rows.filter(member_id=member_id).order_by("-pk").first()


def brought_by(member_id: int, *, limit: int = 50) -> list[StoreApplication]:
    """Return the applications through a shareholder's link, the newest first."""
    return list(StoreApplication.objects.filter(shareholder_id=member_id).order_by("-pk")[:limit])


def _bringer(member: Member, invite_code: str) -> Member | None:
    """Return the shareholder whose link an applicant came through, never himself."""
    found = shareholder_by(member.programme_id, invite_code) if invite_code else None
    return found if found != member else None


def _the_same(known: StoreApplication, wish: Wish, shareholder: Member | None) -> StoreApplication:
    """Return an application that is there, unless this one has other contents."""
    written = {name: getattr(known, name) for name in Wish._fields}
    if (Wish(**written), known.shareholder_id) != (wish, shareholder.pk if shareholder is not None else None):
        raise DealKeyReusedError
    return known


def _register(found: StoreApplication, deal: Deal, operator_id: int, reason: str) -> Store:
    new = NewStore(
        programme_id=found.programme_id,
        code=deal.code,
        owner=f"M{found.member_id}",
        referrer=f"M{found.shareholder_id}" if found.shareholder_id is not None else "",
        region=found.region,
        type=found.type,
        branch=found.branch.code if found.branch is not None else "",
    )
    fields = StoreFields(
        title=found.title,
        title_en=found.title_en,
        address=found.address,
        phone=found.phone,
        rate=deal.rate,
        ratio=deal.ratio,
    )
    return register_store(new=new, operator_id=operator_id, reason=reason, **fields)


def _decide(found: StoreApplication, state: WishState, operator_id: int, reason: str) -> None:
    found.state, found.reason, found.decided_at, found.operator_id = state, reason, timezone.now(), operator_id
    found.save()
    note_act(operator_id=operator_id, act=f"store_wish_{state}", subject=f"store wish {found.pk}", reason=reason)


def _locked(application_id: int) -> StoreApplication:
    rows = StoreApplication.objects.select_for_update(no_key=True, of=("self",)).select_related("branch")
    return rows.get(pk=application_id)


def _checked(wish: Wish, programme_id: int) -> Wish:
    """Return what was written the one way it is kept, or refuse the first thing that is wrong."""
    texts = {name: " ".join(value.split()) for name, value in wish._asdict().items() if isinstance(value, str)}
    wanted: tuple[tuple[str, int, Message], ...] = (
        ("title", TITLE_MAX, say("give the store a name")),
        ("address", ADDRESS_MAX, say("write the address of the store")),
        ("phone", PHONE_MAX, say("write the phone of the store")),
    )
    for name, most, message in wanted:
        if not texts[name]:
            raise WishNotValidError(message, name)
        if len(texts[name]) > most:
            raise WishNotValidError(say("write at most {most} characters", most=most), name)
    if texts["type"] not in StoreWish.values:
        raise WishNotValidError(say("choose a store or a branch"), "type")
    try:
        texts["licence_number"] = normalise_licence(wish.licence_number)
    except NoLicenceError as error:
        raise WishNotValidError(error.message, "licence_number") from None
    if division(wish.region) is None or level(wish.region) == "province":
        raise WishNotValidError(say("choose the district, or the city where it has none"), "region")
    branches = Store.objects.filter(programme_id=programme_id, type=BRANCH, active=True)
    if wish.branch_id is not None and (texts["type"] == BRANCH or not branches.filter(pk=wish.branch_id).exists()):
        raise WishNotValidError(say("choose one of the branches, or none"), "branch_id")
    return Wish(**(wish._asdict() | texts))
