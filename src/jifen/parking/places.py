"""Sites and devices, and who may see the big screen: what operators set up (S0-71)."""

from collections.abc import Sequence
from datetime import date
from typing import NamedTuple, TypedDict, Unpack

from django.db import transaction

from jifen.engine.message import Message, say
from jifen.facts.acts import note_act
from jifen.parking.errors import ParkingError, given
from jifen.parking.models import CODE_MAX, Device, Screen, Site
from jifen.programmes.models import Programme

SITE_SPACES_MAX = 1_000_000
DEVICES_AT_ONCE_MAX = 5_000


class PlaceNotValidError(ParkingError):
    """A site or a device cannot be so."""


class NewDevice(NamedTuple):
    """A device to be added: its code, the code of its site, and the order of its lease where it is known."""

    code: str
    site: str
    order_tick: int | None = None


class SiteFields(TypedDict):
    """What a site is."""

    name: str
    name_en: str
    city: str
    address: str
    spaces: int


def add_site(*, programme_id: int, code: str, operator_id: int, reason: str, **fields: Unpack[SiteFields]) -> Site:
    """Add a site; its code stays for good. Adding the same site again changes nothing."""
    reason = given(reason)
    _check_code(code)
    _check_site(fields)
    with transaction.atomic():
        site, new = Site.objects.get_or_create(programme_id=programme_id, code=code, defaults={**fields})
        if new:
            note_act(operator_id=operator_id, act="add_site", subject=_subject(site), reason=reason)
        elif any(getattr(site, name) != value for name, value in fields.items()):
            raise PlaceNotValidError(say("there is a site {code} already", code=code))
    return site


def change_site(*, site_id: int, operator_id: int, reason: str, **fields: Unpack[SiteFields]) -> Site:
    """Change what a site is called and how many spaces it has; readings keep theirs."""
    reason = given(reason)
    _check_site(fields)
    with transaction.atomic():
        site = Site.objects.select_for_update().get(pk=site_id)
        for name, value in fields.items():
            setattr(site, name, value)
        site.save()
        note_act(operator_id=operator_id, act="change_site", subject=_subject(site), reason=reason)
    return site


def add_devices(
    *, programme_id: int, devices: Sequence[NewDevice], active_from: date, operator_id: int, reason: str
) -> int:
    """Add devices that report from a day on, all or none; return how many are new.

    A device that is there already, on the same site, stays as it is; so the same list may be sent twice.
    """
    reason = given(reason)
    with transaction.atomic():
        sites = dict(Site.objects.filter(programme_id=programme_id).values_list("code", "id"))
        known = dict(
            Device.objects.filter(programme_id=programme_id, code__in=[one.code for one in devices]).values_list(
                "code", "site_id"
            )
        )
        _check_devices(devices, sites, known)
        new = [one for one in devices if one.code not in known]
        Device.objects.bulk_create(
            Device(
                programme_id=programme_id,
                code=one.code,
                site_id=sites[one.site],
                order_tick=one.order_tick,
                active_from=active_from,
            )
            for one in new
        )
        if new:
            subject = f"{_code_of(programme_id)} {len(new)} devices"
            note_act(operator_id=operator_id, act="add_devices", subject=subject, reason=reason)
    return len(new)


def end_device(*, programme_id: int, code: str, until: date, operator_id: int, reason: str) -> Device:
    """Let a device report no more from a day on; what it reported stays."""
    reason = given(reason)
    with transaction.atomic():
        device = Device.objects.select_for_update().filter(programme_id=programme_id, code=code).first()
        if device is None:
            raise PlaceNotValidError(say("there is no device {code}", code=code))
        if until < device.active_from:
            raise PlaceNotValidError(say("the device reports from {day}; it cannot end before", day=device.active_from))
        device.active_until = until
        device.save(update_fields=["active_until"])
        note_act(operator_id=operator_id, act="end_device", subject=f"device {code}", reason=reason)
    return device


def open_screen(*, programme_id: int, public: bool, operator_id: int, reason: str) -> Screen:
    """Open the big screen to everybody, or to operators only; saying it again changes nothing."""
    reason = given(reason)
    with transaction.atomic():
        screen, _new = Screen.objects.select_for_update().get_or_create(programme_id=programme_id)
        if screen.public != public:
            screen.public = public
            screen.save()
            act = "open_screen" if public else "close_screen"
            note_act(operator_id=operator_id, act=act, subject=_code_of(programme_id), reason=reason)
    return screen


def is_screen_public(programme_id: int) -> bool:
    """Return whether everybody may see the big screen."""
    return Screen.objects.filter(programme_id=programme_id, public=True).exists()


def _check_devices(devices: Sequence[NewDevice], sites: dict[str, int], known: dict[str, int]) -> None:
    if not 1 <= len(devices) <= DEVICES_AT_ONCE_MAX:
        raise PlaceNotValidError(say("write 1 to {count} devices", count=f"{DEVICES_AT_ONCE_MAX:,}"))
    for line, one in enumerate(devices, start=1):
        problem = _problem(one, sites, known)
        if problem is not None:
            raise PlaceNotValidError(say("line {line}: {problem}", line=line, problem=problem))
    if len({one.code for one in devices}) < len(devices):
        raise PlaceNotValidError(say("a device stands in the list twice"))


def _problem(one: NewDevice, sites: dict[str, int], known: dict[str, int]) -> Message | None:
    """Return what is wrong with a device, if anything."""
    if not _is_code(one.code):
        return _code_rule()
    if one.site not in sites:
        return say("there is no site {code}", code=one.site)
    if known.get(one.code, sites[one.site]) != sites[one.site]:
        return say("the device {code} stands on another site", code=one.code)
    return None


def _check_code(code: str) -> None:
    if not _is_code(code):
        raise PlaceNotValidError(_code_rule())


def _is_code(code: str) -> bool:
    return 1 <= len(code) <= CODE_MAX and code.isascii() and all(sign.isalnum() or sign in "-_." for sign in code)


def _code_rule() -> Message:
    return say("a code has 1 to {count} letters without accents, digits, dots, hyphens and underscores", count=CODE_MAX)


def _check_site(fields: SiteFields) -> None:
    if not fields["name"].strip() or not fields["city"].strip():
        raise PlaceNotValidError(say("a site has a name and a city"))
    if not 1 <= fields["spaces"] <= SITE_SPACES_MAX:
        raise PlaceNotValidError(say("a site has 1 to {count} parking spaces", count=f"{SITE_SPACES_MAX:,}"))


def _subject(site: Site) -> str:
    return f"site {site.code}"


def _code_of(programme_id: int) -> str:
    return Programme.objects.values_list("code", flat=True).get(pk=programme_id)
