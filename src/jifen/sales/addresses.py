"""Addresses to which goods are sent, and the book in which members keep theirs (S2-02, S2-20, S2-21, S3-15).

Whoever may read one is the caller's question. The region is a code of the administrative divisions, down to the
smallest there is: by it an order belongs to a territory or to the area of an operation centre (S1-21, S2-57).
"""

import json
from dataclasses import asdict, dataclass

from django.db import transaction

from jifen.engine.message import say
from jifen.members.models import Member
from jifen.members.phones import PhoneNotValidError, normalise
from jifen.members.sealed import is_newest, seal, unseal
from jifen.sales.errors import SaleError
from jifen.sales.models import ADDRESSES_MAX, KeptAddress
from jifen.stores.regions import children, division, full_name

NAME_MAX, ADDRESS_MIN, ADDRESS_MAX = 40, 5, 200


class AddressError(SaleError):
    """Nothing can be sent to this; `field` says what is wrong: name, phone, region or address."""

    def __init__(self, field: str) -> None:
        sentences = {
            "name": say("say who receives the goods, with at most {most} characters", most=NAME_MAX),
            "phone": say("say under which phone the one who receives the goods is reached: 11 digits"),
            "region": say("choose province, city and district of the address"),
            "address": say(
                "say where the goods are sent: between {least} and {most} characters",
                least=ADDRESS_MIN,
                most=ADDRESS_MAX,
            ),
        }
        super().__init__(sentences[field])
        self.field = field


class AddressBookFullError(SaleError):
    """The member keeps as many addresses as one may."""

    def __init__(self) -> None:
        super().__init__(say("at most {most} addresses are kept; remove one that you do not need", most=ADDRESSES_MAX))


@dataclass(frozen=True)
class Address:
    """Who receives goods, and where: street and number, and the code of the division around them."""

    name: str
    phone: str
    address: str
    region: str = ""  # "" in orders from before regions were asked for

    @property
    def place(self) -> str:
        """The region's name and the street, as on a parcel."""
        return " ".join(part for part in (full_name(self.region), self.address) if part)

    def checked(self) -> "Address":
        """Return it as it is kept; raises AddressError."""
        name, address = self.name.strip(), " ".join(self.address.split())
        if not 1 <= len(name) <= NAME_MAX:
            raise AddressError("name")
        try:
            phone = normalise(self.phone)
        except PhoneNotValidError:
            raise AddressError("phone") from None
        if division(self.region) is None or children(self.region):
            raise AddressError("region")
        if not ADDRESS_MIN <= len(address) <= ADDRESS_MAX:
            raise AddressError("address")
        return Address(name, phone, address, self.region)


@dataclass(frozen=True)
class Kept:
    """An address of a member's book."""

    number: int
    address: Address
    preferred: bool


def seal_address(address: Address, *, bound_to: str) -> bytes:
    """Return an address closed for its row."""
    return seal(json.dumps(asdict(address), ensure_ascii=False), bound_to=bound_to)


def open_address(closed: bytes, *, bound_to: str) -> Address:
    """Return the address that `seal_address` closed for the same row."""
    return Address(**json.loads(unseal(closed, bound_to=bound_to)))


def addresses_of(member_id: int) -> list[Kept]:
    """Return a member's addresses in clear, the preferred one first."""
    rows = KeptAddress.objects.filter(member_id=member_id).order_by("-preferred", "number")
    return [Kept(row.number, _open(row), row.preferred) for row in rows]


def keep_address(member_id: int, address: Address, *, number: int | None = None, preferred: bool = False) -> Kept:
    """Keep an address in a member's book, or change the one of a number; the same address is kept once.

    The first one is the preferred one. Raises AddressError and AddressBookFullError.
    """
    checked = address.checked()
    with transaction.atomic():
        rows = _locked(member_id)
        row = rows.get(number) if number is not None else None
        if row is None:
            row = next((one for one in rows.values() if _open(one) == checked), None) or _new(member_id, rows)
        row.cipher = _seal(row, checked)
        row.preferred = row.preferred or not rows
        row.save()
        if preferred:
            _prefer(member_id, row)
    return Kept(row.number, checked, row.preferred)


def remove_address(*, member_id: int, number: int) -> None:
    """Remove an address from the book; orders keep theirs. Another one is preferred then, if there is any."""
    with transaction.atomic():
        rows = _locked(member_id)
        row = rows.pop(number, None)
        if row is None:
            return
        was_preferred = row.preferred
        row.delete()
        if was_preferred and rows:
            _prefer(member_id, rows[min(rows)])


def rotate_kept_addresses() -> int:
    """Close every address of the books anew that is closed with an older key, one at a time; return how many."""
    done = 0
    for row_id in list(KeptAddress.objects.values_list("pk", flat=True)):
        with transaction.atomic():
            row = KeptAddress.objects.select_for_update().filter(pk=row_id).first()
            if row is None or is_newest(bytes(row.cipher)):
                continue
            row.cipher = _seal(row, _open(row))
            row.save(update_fields=["cipher"])
            done += 1
    return done


def _locked(member_id: int) -> dict[int, KeptAddress]:
    """Return a member's book by number; one writes in it at a time."""
    Member.objects.select_for_update(no_key=True).get(pk=member_id)
    return {row.number: row for row in KeptAddress.objects.filter(member_id=member_id).order_by("number")}


def _new(member_id: int, rows: dict[int, KeptAddress]) -> KeptAddress:
    free = next((number for number in range(1, ADDRESSES_MAX + 1) if number not in rows), None)
    if free is None:
        raise AddressBookFullError
    return KeptAddress(member_id=member_id, number=free)


def _prefer(member_id: int, row: KeptAddress) -> None:
    KeptAddress.objects.filter(member_id=member_id, preferred=True).exclude(pk=row.pk).update(preferred=False)
    row.preferred = True
    row.save(update_fields=["preferred"])


def _open(row: KeptAddress) -> Address:
    return open_address(bytes(row.cipher), bound_to=_bound_to(row))


def _seal(row: KeptAddress, address: Address) -> bytes:
    return seal_address(address, bound_to=_bound_to(row))


def _bound_to(row: KeptAddress) -> str:
    return f"address {row.number} of member {row.member_id}"
