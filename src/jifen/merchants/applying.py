"""A member applies for a store of the programme, withdraws, and applies anew after a refusal (S2-59)."""

from datetime import timedelta
from decimal import Decimal
from fractions import Fraction
from typing import NamedTuple

from django.db import IntegrityError, transaction
from django.utils import timezone

from jifen.engine.message import Message, say
from jifen.engine.programme import Programme as Terms
from jifen.members import phones
from jifen.members.licences import NoLicenceError, normalise_licence
from jifen.members.models import Member
from jifen.members.sealed import is_newest, seal, unseal
from jifen.merchants.errors import (
    ApplicationDecidedError,
    MerchantError,
    MerchantKeyReusedError,
    MerchantNotValidError,
    NoMerchantsError,
    NoSuchApplicationError,
)
from jifen.merchants.licences import Picture, check_picture, keep_picture
from jifen.merchants.models import (
    DEGREE_DECIMALS,
    SERVICES_MAX,
    SHARE_DECIMALS,
    ApplicationState,
    LicencePicture,
    MerchantApplication,
    MerchantStep,
    StepKind,
)
from jifen.merchants.terms import terms_now
from jifen.stores.concessions import least_concession, percent_text
from jifen.stores.regions import division, level
from jifen.stores.terms import has_concessions, merchants_here

CONTACT_MAX, TITLE_MAX, ADDRESS_MAX = 40, 100, 200
LATITUDE_MAX, LONGITUDE_MAX = 90, 180
SENT_MAX, SENT_WITHIN = 5, timedelta(hours=24)  # how many applications a member sends
LICENCE_TAKEN = say("another member of the programme applied with this licence")


class Filled(NamedTuple):
    """What an applicant writes of the store; the concession is a part of each order, 0.1 a tenth.

    None is no concession, which only programmes take that have none.
    """

    title: str
    title_en: str
    licence_number: str
    contact: str
    phone: str
    region: str
    address: str
    latitude: Decimal
    longitude: Decimal
    services: str
    concession: Decimal | None


class Contact(NamedTuple):
    """Who speaks for a store, in clear."""

    name: str
    phone: str


def apply_as_merchant(*, member_id: int, filled: Filled, picture: bytes | None, key: str) -> MerchantApplication:
    """Send an application; the same key answers with the same one.

    Without a picture that of the member's newest application with the same licence is taken again. Raises
    MerchantNotValidError with the field that is wrong, MerchantKeyReusedError where the key stands for another
    application, and MerchantError while another application waits or after many of them.
    """
    checked = _checked(filled)
    shown = check_picture(picture) if picture is not None else None
    with transaction.atomic():
        member = Member.objects.select_for_update(no_key=True).get(pk=member_id)
        known = MerchantApplication.objects.filter(member=member, key=key).first()
        if known is not None:
            _refuse_other_contents(known, checked, shown)
            return known
        terms = terms_now(member.programme_id)
        if not merchants_here(terms):
            raise NoMerchantsError
        _refuse_concession(checked.concession, terms)
        if MerchantApplication.objects.filter(member=member, state=ApplicationState.SENT).exists():
            raise MerchantError(say("one of your applications waits for its review; withdraw it to send another"))
        _refuse_many(member)
        _refuse_licence_of_others(member, checked.licence_number)
        before = _shown_before(member, checked.licence_number) if shown is None else None
        application = _save(_application(member, checked, key))
        application.licence = before if shown is None else keep_picture(application, shown)
        application.save(update_fields=["licence"])
        note_step(application, StepKind.SENT, member_id=member_id)
    return application


def withdraw_application(*, member_id: int, application_id: int) -> MerchantApplication:
    """Take one's application back before it is decided; again changes nothing."""
    with transaction.atomic():
        rows = MerchantApplication.objects.select_for_update(no_key=True)
        application = rows.filter(pk=application_id, member_id=member_id).first()
        if application is None:
            raise NoSuchApplicationError
        if application.state == ApplicationState.WITHDRAWN:
            return application
        if application.state != ApplicationState.SENT:
            raise ApplicationDecidedError
        application.state = ApplicationState.WITHDRAWN
        application.save(update_fields=["state"])
        note_step(application, StepKind.WITHDRAWN, member_id=member_id)
    return application


def newest_application(member_id: int) -> MerchantApplication | None:
    """Return a member's newest application."""
    rows = MerchantApplication.objects.select_related("store", "operator", "reviewer")
    return rows.filter(member_id=member_id).order_by("-pk").first()


def contact_of(application: MerchantApplication) -> Contact:
    """Return who speaks for a store; who may know it is the caller's question."""
    name = unseal(bytes(application.contact_cipher), bound_to=_bound_to(application.member_id))
    phone = phones.decrypt(bytes(application.phone_cipher), programme_id=application.programme_id)
    return Contact(name, phone)


def rotate_contacts() -> int:
    """Close every contact anew that is closed with an older key, one at a time; return how many."""
    done = 0
    for application_id in list(MerchantApplication.objects.order_by("id").values_list("id", flat=True)):
        with transaction.atomic():
            one = MerchantApplication.objects.select_for_update().get(pk=application_id)
            if is_newest(bytes(one.contact_cipher)) and is_newest(bytes(one.phone_cipher)):
                continue
            name, phone = contact_of(one)
            one.contact_cipher = seal(name, bound_to=_bound_to(one.member_id))
            one.phone_cipher = phones.encrypt(phone, programme_id=one.programme_id)
            one.save(update_fields=["contact_cipher", "phone_cipher"])
            done += 1
    return done


def note_step(
    application: MerchantApplication,
    kind: StepKind,
    *,
    member_id: int | None = None,
    operator_id: int | None = None,
    reason: str = "",
) -> None:
    """Add a step to an application's history."""
    MerchantStep.objects.create(
        application=application,
        kind=kind,
        at=timezone.now(),
        member_id=member_id,
        operator_id=operator_id,
        reason=reason,
    )


def _checked(filled: Filled) -> Filled:
    """Return what was written the one way it is kept, or refuse the first thing that is wrong."""
    texts = {name: " ".join(value.split()) for name, value in filled._asdict().items() if isinstance(value, str)}
    wanted: tuple[tuple[str, int, Message], ...] = (
        ("title", TITLE_MAX, say("give the store a name")),
        ("contact", CONTACT_MAX, say("write who speaks for the store")),
        ("address", ADDRESS_MAX, say("write the address of the store")),
        ("services", SERVICES_MAX, say("write what the store offers")),
    )
    for name, most, message in wanted:
        if not texts[name]:
            raise MerchantNotValidError(message, name)
        if len(texts[name]) > most:
            raise MerchantNotValidError(say("write at most {most} characters", most=most), name)
    try:
        texts["licence_number"] = normalise_licence(filled.licence_number)
        texts["phone"] = phones.normalise(filled.phone)
    except NoLicenceError as error:
        raise MerchantNotValidError(error.message, "licence_number") from None
    except phones.PhoneNotValidError as error:
        raise MerchantNotValidError(error.message, "phone") from None
    if division(filled.region) is None or level(filled.region) == "province":
        raise MerchantNotValidError(say("choose the district, or the city where it has none"), "region")
    return Filled(**(_numbers(filled)._asdict() | texts))


def _numbers(filled: Filled) -> Filled:
    """Return it with place and concession with all their decimals, or refuse them."""
    step = Decimal(1).scaleb(-DEGREE_DECIMALS)
    for name, value, most in (
        ("latitude", filled.latitude, LATITUDE_MAX),
        ("longitude", filled.longitude, LONGITUDE_MAX),
    ):
        if not value.is_finite() or abs(value) > most:
            raise MerchantNotValidError(say("degrees are between -{most} and {most}", most=most), name)
    share = filled.concession
    if share is not None and (not share.is_finite() or not 0 < share <= 1 or round(share, SHARE_DECIMALS) != share):
        raise MerchantNotValidError(say("a concession is above 0 and at most 100 %"), "concession")
    return filled._replace(
        latitude=filled.latitude.quantize(step),
        longitude=filled.longitude.quantize(step),
        concession=share.quantize(Decimal(1).scaleb(-SHARE_DECIMALS)) if share is not None else None,
    )


def _application(member: Member, filled: Filled, key: str) -> MerchantApplication:
    return MerchantApplication(
        programme_id=member.programme_id,
        member=member,
        key=key,
        title=filled.title,
        title_en=filled.title_en,
        licence_number=filled.licence_number,
        contact_cipher=seal(filled.contact, bound_to=_bound_to(member.pk)),
        phone_cipher=phones.encrypt(filled.phone, programme_id=member.programme_id),
        region=filled.region,
        address=filled.address,
        latitude=filled.latitude,
        longitude=filled.longitude,
        services=filled.services,
        concession=filled.concession,
        sent_at=timezone.now(),
    )


def _refuse_other_contents(known: MerchantApplication, filled: Filled, picture: Picture | None) -> None:
    """Refuse a key that stands for an application with other contents, or with another picture."""
    closed = contact_of(known)
    same = (filled.contact, filled.phone) == (closed.name, closed.phone)
    texts = filled._asdict().items()
    same = same and all(getattr(known, name) == value for name, value in texts if name not in ("contact", "phone"))
    kept = known.licence
    if not same or (picture is not None and kept is not None and kept.digest != picture.digest):
        raise MerchantKeyReusedError


def _refuse_concession(share: Decimal | None, terms: Terms) -> None:
    """Refuse a concession that is less than the document asks for."""
    least = least_concession(terms)
    if share is None and has_concessions(terms):
        raise MerchantNotValidError(say("a concession is above 0 and at most 100 %"), "concession")
    if share is not None and Fraction(share) < least:
        message = say("a concession is at least {least} and at most 100 %", least=percent_text(least))
        raise MerchantNotValidError(message, "concession")


def _refuse_many(member: Member) -> None:
    """Refuse more than so many applications within a day, also of those that were withdrawn."""
    since = timezone.now() - SENT_WITHIN
    if MerchantApplication.objects.filter(member=member, sent_at__gt=since).count() >= SENT_MAX:
        raise MerchantError(say("you sent {most} applications within 24 hours; try again tomorrow", most=SENT_MAX))


def _refuse_licence_of_others(member: Member, number: str) -> None:
    """Refuse a licence with which somebody else applies or has a store; one company may have several stores."""
    taken = MerchantApplication.objects.filter(
        programme_id=member.programme_id,
        licence_number=number,
        state__in=[ApplicationState.SENT, ApplicationState.APPROVED],
    )
    if taken.exclude(member=member).exists():
        raise MerchantNotValidError(LICENCE_TAKEN, "licence_number")


def _shown_before(member: Member, number: str) -> LicencePicture:
    rows = MerchantApplication.objects.filter(member=member, licence_number=number, licence__isnull=False)
    before = rows.select_related("licence").order_by("-pk").first()
    if before is None or before.licence is None:
        raise MerchantNotValidError(say("add a scan or photo of the business licence"), "picture")
    return before.licence


def _save(application: MerchantApplication) -> MerchantApplication:
    """Save; of two who send one licence at the same time the second is refused."""
    try:
        with transaction.atomic():
            application.save(force_insert=True)
    except IntegrityError as error:
        if "merchant_licence_once" not in str(error):
            raise
        raise MerchantNotValidError(LICENCE_TAKEN, "licence_number") from error
    return application


def _bound_to(member_id: int) -> str:
    return f"merchant contact of M{member_id}"
