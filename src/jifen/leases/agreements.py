"""Agreements: what a member reads and consents to, and the PDF that the company signs for it (S0-58)."""

import hashlib
from dataclasses import dataclass

from django.utils import timezone

from jifen.engine.message import say
from jifen.facts.days import zone_of
from jifen.leases.accounts import company_account
from jifen.leases.errors import LeaseError
from jifen.leases.keys import signer_of
from jifen.leases.models import Agreement
from jifen.leases.paper import Signed, draw_agreement
from jifen.leases.signing import sign
from jifen.leases.terms import DeviceTerms, terms_of_version
from jifen.leases.wording import CONSENT_TEXT, Deal, clauses_of
from jifen.members.keys import field_keys
from jifen.members.models import Member
from jifen.sales.models import Order

NAME_MAX = 40


class ConsentMissingError(LeaseError):
    """Nobody consented, or without a name."""


class TermsChangedError(LeaseError):
    """What the member read is not what is in force."""

    def __init__(self) -> None:
        super().__init__(say("the programme or the agreement has changed since you read it; please read it again"))


@dataclass(frozen=True, kw_only=True)
class Consent:
    """What a member says to an agreement: whether it agrees, its typed name, and what it had read.

    `shown` is the digest that the page carried; `address` the network address, of which a keyed hash is kept.
    """

    agreed: bool
    name: str
    shown: str
    address: str

    def given_name(self) -> str:
        """Return the name typed as signature; raises ConsentMissingError where the member has not consented."""
        name = " ".join(self.name.split())
        if not self.agreed:
            raise ConsentMissingError(say("tick that you agree; without it nothing is bought"))
        if not name or len(name) > NAME_MAX:
            raise ConsentMissingError(say("type your name; it is your signature"))
        return name


def deal_of(member: Member, devices: DeviceTerms, *, units: int, points: int) -> Deal:
    """Return what an agreement of a member would be about."""
    account = company_account(member.programme_id)
    return Deal(
        company=account.company if account is not None else devices.terms.title,
        member=member.name or member.code,
        member_code=member.code,
        units=units,
        points=points,
        devices=devices,
    )


def shown_digest(deal: Deal) -> str:
    """Return the digest of all words that a member reads; the page carries it until the member consents."""
    words = [CONSENT_TEXT, *(f"{clause.text}\n{clause.text_en}" for clause in clauses_of(deal))]
    return hashlib.sha256("\n".join(words).encode()).hexdigest()


def make_agreement(order: Order, *, units: int, consent: Consent) -> Agreement:
    """Draw, sign and keep the agreement of an order that was just placed.

    Raises TermsChangedError where the member had read other words.
    """
    name, devices = consent.given_name(), terms_of_version(order.version)
    deal = deal_of(order.member, devices, units=units, points=order.points_paid)
    if deal.price != order.amount or shown_digest(deal) != consent.shown:
        raise TermsChangedError
    signer, now = signer_of(order.programme_id), timezone.now()
    signed = Signed(
        order=order.number,
        name=name,
        at=now.astimezone(zone_of(order.programme_id)),
        company=deal.company,
        certificate=signer.fingerprint,
    )
    pdf = sign(draw_agreement(clauses_of(deal), signed), signer, reason=f"order {order.number}", company=deal.company)
    return Agreement.objects.create(
        programme_id=order.programme_id,
        member_id=order.member_id,
        order=order,
        version_id=order.version_id,
        version_digest=devices.terms.digest,
        consent_text=CONSENT_TEXT,
        signed_name=name,
        consented_at=now,
        address_hash=hash_of_address(consent.address),
        pdf=pdf,
        sha256=hashlib.sha256(pdf).hexdigest(),
        certificate=signer.fingerprint,
    )


def hash_of_address(address: str) -> str:
    """Return a keyed hash of a network address: two consents can be compared, and nobody is found by it."""
    return field_keys()[0].index(f"address/{address}").hex()
