"""A member applies for a store of the programme, withdraws, and applies anew after a refusal (S2-59)."""

from decimal import Decimal
from typing import NamedTuple

from django.db import IntegrityError, transaction
from django.utils import timezone

from jifen.engine.message import Message, say
from jifen.members import phones
from jifen.members.licences import NoLicenceError, normalise_licence
from jifen.members.models import Member
from jifen.members.sealed import is_newest, seal, unseal
from jifen.merchants.errors import (
    ApplicationDecidedError,
    MerchantError,
    MerchantNotValidError,
    NoMerchantsError,
    NoSuchApplicationError,
)
from jifen.merchants.licences import Picture, check_picture, keep_picture, open_picture
from jifen.merchants.models import (
    DEGREE_DECIMALS,
    SERVICES_MAX,
    SHARE_DECIMALS,
    ApplicationState,
    MerchantApplication,
    MerchantStep,
    StepKind,
)
from jifen.merchants.terms import terms_now
from jifen.stores.regions import division, level
from jifen.stores.terms import has_concessions, merchants_here

CONTACT_MAX, TITLE_MAX, ADDRESS_MAX = 40, 100, 200
LATITUDE_MAX, LONGITUDE_MAX = 90, 180
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
    MerchantNotValidError with the field that is wrong, and MerchantError while another application waits.
    """
    checked = _checked(filled)
    with transaction.atomic():
        member = Member.objects.select_for_update(no_key=True).get(pk=member_id)
        known = MerchantApplication.objects.filter(member=member, key=key).first()
        if known is not None:
            return known
        terms = terms_now(member.programme_id)
        if not merchants_here(terms):
            raise NoMerchantsError
        if checked.concession is None and has_concessions(terms):
            raise MerchantNotValidError(say("a concession is above 0 and at most 100 %"), "concession")
        if MerchantApplication.objects.filter(member=member, state=ApplicationState.SENT).exists():
            raise MerchantError(say("one of your applications waits for its review; withdraw it to send another"))
        _refuse_licence_of_others(member, checked.licence_number)
        shown = check_picture(picture) if picture is not None else _shown_before(member, checked.licence_number)
        application = _save(_application(member, checked, key))
        keep_picture(application, shown)
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


def _refuse_licence_of_others(member: Member, number: str) -> None:
    """Refuse a licence with which somebody else applies or has a store; one company may have several stores."""
    taken = MerchantApplication.objects.filter(
        programme_id=member.programme_id,
        licence_number=number,
        state__in=[ApplicationState.SENT, ApplicationState.APPROVED],
    )
    if taken.exclude(member=member).exists():
        raise MerchantNotValidError(LICENCE_TAKEN, "licence_number")


def _shown_before(member: Member, number: str) -> Picture:
    rows = MerchantApplication.objects.filter(member=member, licence_number=number, licence__isnull=False)
    before = rows.order_by("-pk").first()
    if before is None:
        raise MerchantNotValidError(say("add a scan or photo of the business licence"), "picture")
    return open_picture(before.pk)


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
