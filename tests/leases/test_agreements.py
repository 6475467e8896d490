"""Devices are bought with a signed agreement: what it says, that it holds, and whose the device is (S0-12, S0-58)."""

import hashlib
import re
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from functools import partial
from importlib.resources import files
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.serialization import pkcs12
from django.db import DatabaseError, connection, transaction
from pyhanko.pdf_utils.reader import PdfFileReader

from jifen.engine.amounts import Rate
from jifen.engine.document import load_programme
from jifen.engine.rules.grant_units import GrantUnits
from jifen.facts.days import BusyError
from jifen.facts.record import RefusedError
from jifen.leases.agreements import ConsentMissingError, TermsChangedError
from jifen.leases.checks import problems
from jifen.leases.downloads import take_copy
from jifen.leases.errors import NoDevicesError
from jifen.leases.keys import Signer, SigningKeyError, fingerprint_of, signer_of
from jifen.leases.models import Agreement, Lease, SigningKey
from jifen.leases.orders import NotSignedError, Purchase, buy_devices, confirm_device_order
from jifen.leases.paper import Signed, draw_agreement
from jifen.leases.signing import check
from jifen.leases.terms import DeviceTerms, device_terms
from jifen.leases.titles import pass_titles
from jifen.leases.wording import CONSENT, Deal, clauses_of, percent
from jifen.ledger.models import Lot
from jifen.programmes.models import Version
from jifen.sales.devices import place_device_order
from jifen.sales.models import Order, OrderState
from jifen.sales.refunds import refund_order
from jifen.settlement.verify import verify
from tests.leases.company import COMPANY, INCOME, POINT, PRICE, YUAN, Company, open_company
from tests.sales.shop import at_once, said

DIGITS = re.compile(r"\d[\d,]*(?:\.\d+)?%?")


def test_credit_buys_devices_and_opens_the_lease_at_once(company: Company) -> None:
    company.top_up("Anna", 10 * PRICE)

    agreement = company.buy("Anna", 10)

    lease, order = Lease.objects.get(), agreement.order
    assert order.state == OrderState.CONFIRMED
    assert (lease.units, lease.price, lease.fact_tick) == (10, 70_000 * YUAN, order.fact_id)
    assert (lease.opened_on, lease.title_passed_on) == (order.business_date, None)
    assert company.points("Anna") == 0
    assert company.points("Anna", INCOME, "locked") == 245_000 * POINT


def test_the_agreement_keeps_who_consented_to_what(company: Company) -> None:
    company.top_up("Anna", PRICE)

    agreement = company.buy("Anna", 1)

    assert (agreement.signed_name, agreement.consent_text) == ("Anna", "2026-11")
    assert agreement.version_digest == device_terms(company.programme.pk).terms.digest
    assert "192.0.2.7" not in agreement.address_hash
    assert len(agreement.address_hash) == 64
    assert agreement.sha256 == hashlib.sha256(bytes(agreement.pdf)).hexdigest()
    assert agreement.certificate == signer_of(company.programme.pk).fingerprint


def test_the_signature_holds_and_breaks_with_a_byte(company: Company) -> None:
    company.top_up("Anna", PRICE)
    pdf = bytes(company.buy("Anna", 1).pdf)

    assert check(pdf) == (True, SigningKey.objects.get().fingerprint)
    for at in (12, 900, len(pdf) // 3):
        assert not check(pdf[:at] + bytes([pdf[at] ^ 1]) + pdf[at + 1 :]).intact
    assert not check(pdf + b"\n%appended").intact
    assert check(b"no file at all") == (False, "")


def test_an_unsigned_file_is_not_intact(company: Company, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("jifen.leases.agreements.sign", lambda pdf, _signer, **_named: pdf)
    company.top_up("Anna", PRICE)

    assert check(bytes(company.buy("Anna", 1).pdf)) == (False, "")


def test_the_fonts_are_embedded(company: Company) -> None:
    company.top_up("Anna", PRICE)
    pdf = PdfFileReader(BytesIO(bytes(company.buy("Anna", 1).pdf)))

    fonts = pdf.root["/Pages"]["/Kids"][0]["/Resources"]["/Font"]
    described = [font.get_object()["/FontDescriptor"] for name, font in fonts.items() if name != "/F1"]
    assert described
    assert all("/FontFile2" in one for one in described)


def test_the_words_say_what_the_programme_says(company: Company) -> None:
    company.top_up("Anna", 10 * PRICE)
    from jifen.leases.agreements import deal_of
    from jifen.members.models import Member

    member = Member.objects.get(pk=company.member("Anna"))
    deal = deal_of(member, device_terms(company.programme.pk), units=10, points=70_000 * POINT)

    clauses = {clause.title_en: clause for clause in clauses_of(deal)}

    assert COMPANY in clauses["Parties"].text
    assert "10 台，每台 ¥7,000.00，合计 ¥70,000.00，以 70,000 租赁积分支付" in clauses["Devices and price"].text
    assert "locks 245,000 of lease income, 3.5 times the price" in clauses["Locked points"].text_en
    assert "前 2 个月每月 3%" in clauses["Monthly release"].text
    assert "usually 5% to 10%" in clauses["Monthly release"].text_en
    assert "20% of each release becomes mall points" in clauses["Monthly release"].text_en
    assert "the devices belong to the company" in clauses["Title"].text_en
    assert deal.devices.terms.digest in clauses["Programme"].text
    for clause in clauses.values():
        assert set(DIGITS.findall(clause.text)) - {"1"} == set(DIGITS.findall(clause.text_en)) - {"1"}, clause.title_en


@pytest.mark.parametrize("code", ["parking", "parking_early"])
def test_the_agreements_of_the_catalogue_can_be_drawn(code: str) -> None:
    terms = load_programme((files("jifen.catalogue") / f"{code}.toml").read_text("utf-8"))
    grant = terms.rule(GrantUnits)
    assert grant is not None
    devices = DeviceTerms(Version(number=1), terms, grant, None)
    deal = Deal(company="甲", member="乙", member_code="M1", units=10, points=0, devices=devices)

    clauses = clauses_of(deal)
    signed = Signed(order="1", name="乙", at=datetime(2026, 11, 22, tzinfo=UTC), company="甲", certificate="0" * 64)

    assert {"Monthly release", "Daily release"} & {clause.title_en for clause in clauses}
    assert draw_agreement(clauses, signed).startswith(b"%PDF")


@pytest.mark.parametrize(
    ("rate", "shown"), [("0.03", "3%"), ("1", "100%"), ("0.0525", "5.25%"), ("0.000000001", "0.0000001%")]
)
def test_rates_are_shown_as_percentages(rate: str, shown: str) -> None:
    assert percent(Rate.parse(rate)) == shown


def test_nothing_is_promised_in_the_agreement() -> None:
    for word in ("保证", "稳赚", "guarantee"):
        assert all(word not in text for text in CONSENT)
        assert word not in Path(clauses_of.__code__.co_filename).read_text("utf-8")


class TestMoney:
    def test_an_order_in_money_is_signed_before_it_counts(self, early: Company) -> None:
        agreement = early.buy("Anna", 2, points=0)

        assert agreement.order.state == OrderState.PLACED
        assert not Lease.objects.exists()

        order = confirm_device_order(order_id=agreement.order_id, operator_id=early.wang)

        lease = Lease.objects.get()
        assert (lease.agreement_id, lease.fact_tick, lease.price) == (agreement.pk, order.fact_id, 12_000 * YUAN)
        confirm_device_order(order_id=agreement.order_id, operator_id=early.wang)
        assert Lease.objects.count() == 1

    def test_the_early_agreement_says_how_it_is_released(self, early: Company) -> None:
        from jifen.leases.agreements import deal_of
        from jifen.members.models import Member

        member = Member.objects.get(pk=early.member("Anna"))
        clauses = clauses_of(deal_of(member, device_terms(early.programme.pk), units=1, points=0))
        texts = {clause.title_en: clause.text_en for clause in clauses}

        assert "paid in money: ¥6,000.00" in texts["Devices and price"]
        assert "between ¥10.00 and ¥20.00 by a published method; else ¥15.00" in texts["Daily release"]
        assert "stay the member's" in texts["Title"]

    def test_an_order_without_an_agreement_cannot_count(self, early: Company) -> None:
        order = place_device_order(member_id=early.member("Anna"), quantity=1, points=0, key="k")

        with pytest.raises(NotSignedError) as refused:
            confirm_device_order(order_id=order.pk, operator_id=early.wang)
        assert "has not signed" in said(refused.value)
        assert Order.objects.get().state == OrderState.PLACED

    def test_credit_pays_a_part(self, mixed: Company) -> None:
        mixed.top_up("Anna", 3_000)
        terms = device_terms(mixed.programme.pk)

        points = terms.points(1, mixed.points("Anna"))

        assert points == 3_000 * POINT
        assert mixed.buy("Anna", 1, points=points).order.cash == 4_000 * YUAN


class TestRefusals:
    def test_without_consent_nothing_is_bought(self, company: Company) -> None:
        company.top_up("Anna", PRICE)
        consent = company.consent("Anna", 1, PRICE * POINT)
        buy = partial(buy_devices, member_id=company.member("Anna"), purchase=Purchase(units=1, points=PRICE * POINT))

        for wrong, why in (
            (replace(consent, agreed=False), "tick that you agree"),
            (replace(consent, name="  "), "type your name"),
            (replace(consent, name="x" * 41), "type your name"),
        ):
            with pytest.raises(ConsentMissingError) as refused:
                buy(consent=wrong, key="k")
            assert why in said(refused.value)
        assert not Order.objects.exists()

    def test_other_words_than_those_that_were_read_are_refused(self, company: Company) -> None:
        company.top_up("Anna", PRICE)
        consent = replace(company.consent("Anna", 1, PRICE * POINT), shown="0" * 64)

        purchase = Purchase(units=1, points=PRICE * POINT)
        with pytest.raises(TermsChangedError) as refused, transaction.atomic():
            buy_devices(member_id=company.member("Anna"), purchase=purchase, consent=consent, key="k")
        assert "please read it again" in said(refused.value)
        assert company.points("Anna") == PRICE * POINT
        assert not Order.objects.exists()

    def test_the_same_key_buys_once(self, company: Company) -> None:
        company.top_up("Anna", 2 * PRICE)

        first, second = (company.buy("Anna", 1, key="k") for _ in range(2))

        assert first.pk == second.pk
        assert company.points("Anna") == PRICE * POINT

    def test_too_little_credit_buys_nothing(self, company: Company) -> None:
        company.top_up("Anna", PRICE - 1)

        assert device_terms(company.programme.pk).points(1, company.points("Anna")) is None
        with pytest.raises(RefusedError), transaction.atomic():
            company.buy("Anna", 1)
        assert not Agreement.objects.exists()

    @pytest.mark.usefixtures("db")
    def test_a_programme_without_devices_has_no_agreement(self) -> None:
        from tests.sales.shop import DOCUMENT

        with pytest.raises(NoDevicesError) as refused:
            device_terms(open_company(DOCUMENT).programme.pk)
        assert "has no devices" in said(refused.value)


def test_what_was_signed_stays(company: Company) -> None:
    company.top_up("Anna", PRICE)
    company.buy("Anna", 1)

    for statement in (
        "UPDATE leases_agreement SET signed_name = 'Bert'",
        "DELETE FROM leases_agreement",
        "DELETE FROM leases_signingkey",
        "UPDATE leases_lease SET units = 5",
        "DELETE FROM leases_lease",
    ):
        with pytest.raises(DatabaseError, match=r"append-only|changes only once"), transaction.atomic():
            connection.cursor().execute(statement)


def test_the_check_finds_a_changed_document(company: Company) -> None:
    company.top_up("Anna", PRICE)
    agreement = company.buy("Anna", 1)
    assert list(problems(company.programme.pk)) == []

    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("ALTER TABLE leases_agreement DISABLE TRIGGER leases_agreement_append_only")
        cursor.execute("UPDATE leases_agreement SET pdf = pdf || 'x'::bytea")

    (found,) = problems(company.programme.pk)
    assert str(found) == f"the agreement of order {agreement.order.number} is not the one that was signed"
    assert [one.check for one in verify(company.programme.pk)] == ["agreement"]


def test_every_copy_of_an_operator_is_noted(company: Company) -> None:
    company.top_up("Anna", PRICE)
    agreement = company.buy("Anna", 1)
    number = agreement.order.number

    copy = take_copy(programme_id=company.programme.pk, number=number, operator_id=company.li)

    assert copy.pk == agreement.pk
    assert company.acts(f"order {number}") == ["download_agreement"]
    with pytest.raises(Agreement.DoesNotExist):
        take_copy(programme_id=company.programme.pk + 1, number=number, operator_id=company.li)


class TestTheKey:
    def test_one_key_signs_everything_and_is_kept_closed(self, company: Company) -> None:
        first, second = (signer_of(company.programme.pk) for _ in range(2))

        assert first == second
        row = SigningKey.objects.get()
        assert fingerprint_of(bytes(row.certificate)) == row.fingerprint
        assert first.key not in bytes(row.key_cipher)

    def test_a_key_that_nobody_opens_any_more_is_replaced(self, company: Company, settings: Any) -> None:
        before = signer_of(company.programme.pk)
        settings.FIELD_KEY = "b3RoZXItb3RoZXItb3RoZXItb3RoZXItb3RoZXItb3Q="

        after = signer_of(company.programme.pk)

        assert after.fingerprint != before.fingerprint
        assert SigningKey.objects.count() == 2

    def test_the_settings_may_name_a_key(self, company: Company, settings: Any, tmp_path: Path) -> None:
        own = signer_of(company.programme.pk)
        settings.SIGNING_KEY, settings.SIGNING_PASSWORD = str(tmp_path / "key.p12"), "secret"
        (tmp_path / "key.p12").write_bytes(packed(own, b"secret"))

        given = signer_of(company.programme.pk)

        assert given == own

    @pytest.mark.parametrize("content", [None, b"", b"nonsense"])
    def test_a_file_without_a_key_is_refused(
        self, company: Company, settings: Any, tmp_path: Path, content: bytes | None
    ) -> None:
        settings.SIGNING_KEY, settings.SIGNING_PASSWORD = str(tmp_path / "key.p12"), "secret"
        if content is not None:
            (tmp_path / "key.p12").write_bytes(content)

        with pytest.raises(SigningKeyError) as refused:
            signer_of(company.programme.pk)
        assert "JIFEN_SIGNING_KEY names no file" in said(refused.value)


def packed(signer: Signer, password: bytes) -> bytes:
    from cryptography import x509

    return pkcs12.serialize_key_and_certificates(
        b"company",
        serialization.load_der_private_key(signer.key, None),  # type: ignore[arg-type]  # an RSA key of ours
        x509.load_der_x509_certificate(signer.certificate),
        None,
        serialization.BestAvailableEncryption(password),
    )


class TestTitles:
    def lease(self, company: Company, *, scheduled: int, units: int = 1) -> Lease:
        company.top_up("Anna", units * PRICE)
        company.buy("Anna", units)
        lease = Lease.objects.order_by("-pk")[0]
        with connection.cursor() as cursor:
            cursor.execute(
                "UPDATE ledger_lot SET scheduled = %s, remaining = granted - %s WHERE id = %s",
                [scheduled, scheduled, lease.fact_tick],
            )
        return lease

    def later(self, lease: Lease, days: int = 1) -> date:
        return lease.opened_on + timedelta(days=days)

    def test_it_passes_when_the_price_came_back(self, company: Company) -> None:
        lease = self.lease(company, scheduled=PRICE * POINT)

        assert pass_titles(company.programme.pk, self.later(lease)) == 1

        lease.refresh_from_db()
        assert lease.title_passed_on == self.later(lease)
        assert pass_titles(company.programme.pk, self.later(lease, 2)) == 0

    def test_it_stays_before(self, company: Company) -> None:
        lease = self.lease(company, scheduled=PRICE * POINT - 1)

        assert pass_titles(company.programme.pk, self.later(lease)) == 0

    def test_nothing_returns_a_refunded_order(self, company: Company) -> None:
        lease = self.lease(company, scheduled=0)
        refund_order(order_id=lease.order_id, amount=PRICE * YUAN, reason="r", operator_id=company.wang, key="r")

        assert Lot.objects.get(id=lease.fact_tick).base == 0
        assert pass_titles(company.programme.pk, self.later(lease)) == 0

    def test_it_never_passes_where_devices_stay_the_member_s(self, early: Company) -> None:
        agreement = early.buy("Anna", 1, points=0)
        confirm_device_order(order_id=agreement.order_id, operator_id=early.wang)

        assert pass_titles(early.programme.pk, self.later(Lease.objects.get(), 5_000)) == 0


class TestAtOnce:
    def test_one_key_buys_once(self, busy_company: Company) -> None:
        busy_company.top_up("Anna", 2 * PRICE)

        outcomes = at_once([lambda: busy_company.buy("Anna", 1, key="k")] * 4, threads=4)

        assert outcomes.kinds() <= {BusyError}  # where the machine is slow
        assert len({agreement.pk for agreement in outcomes.answers}) == 1
        assert Lease.objects.count() == 1
        assert busy_company.points("Anna") == PRICE * POINT

    def test_credit_is_spent_once(self, busy_company: Company) -> None:
        busy_company.top_up("Anna", PRICE)
        consent = busy_company.consent("Anna", 1, PRICE * POINT)
        purchase = Purchase(units=1, points=PRICE * POINT)
        buy = partial(buy_devices, member_id=busy_company.member("Anna"), purchase=purchase, consent=consent)

        outcomes = at_once([partial(buy, key=f"{at}") for at in range(4)], threads=4)

        assert len(outcomes.answers) == 1
        assert (Agreement.objects.count(), Lease.objects.count(), SigningKey.objects.count()) == (1, 1, 1)
