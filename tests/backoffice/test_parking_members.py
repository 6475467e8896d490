"""A member's page at the console in a programme of several kinds: all of them, devices, agents, adjustments of each."""

from dataclasses import replace
from datetime import date
from importlib.resources import files

import pytest

from jifen.ledger.close import proofs
from jifen.ledger.reading import balances
from jifen.members.models import Standing
from jifen.payouts.adjustments import Change, approve_adjustment, propose_adjustment
from jifen.payouts.models import Adjustment
from jifen.payouts.moves import convert_points, transfer_points
from tests.backoffice.office import POINT, Office, open_programme, send, text_of

DOCUMENT = (files("jifen.catalogue") / "parking.toml").read_text("utf-8")
KINDS = ["lease_income", "lease_credit", "mall_points", "referral_points", "sales_points", "spare_points"]


@pytest.fixture
def parking(office: Office) -> Office:
    """The office at work on the parking programme, with every switch for transfers on."""
    document = DOCUMENT.replace("transferable = false", "transferable = true")
    return replace(office, programme=open_programme(document, office.operators["chief"]), members={})


def give(office: Office, name: str, kind: str, points: int) -> None:
    change = Change(member_id=office.member(name).pk, kind=kind, amount=points * POINT)
    one, other = office.operators["operator"].pk, office.operators["approver"].pk
    proposal = propose_adjustment(change=change, reason="a gift", operator_id=one, key=office.key())
    approve_adjustment(adjustment_id=proposal.pk, operator_id=other)


def page_of(office: Office, name: str, *, role: str = "operator", language: str = "en") -> str:
    address = office.address(f"members/{office.member(name).pk}/")
    return text_of(office.desk(role, language=language).get(address))


@pytest.mark.parametrize("kind", KINDS)
def test_points_of_every_kind_are_added_and_removed_by_two_people(parking: Office, kind: str) -> None:
    wang = parking.member("Wang")
    member = parking.address(f"members/{wang.pk}/")
    for amount, left in (("100.5", 1_005_000), ("-40", 605_000)):
        send(parking.desk("operator"), member, "adjust", kind=kind, amount=amount, reason="S0-86", key=amount)
        proposal = Adjustment.objects.latest("pk")
        before = balances(wang.pk).get((kind, "free"), 0)
        decided = send(parking.desk("approver"), parking.address(f"adjustments/{proposal.pk}/"), "approve")

        assert "Approved and posted." in decided
        assert before != left
        assert balances(wang.pk)[kind, "free"] == left

    assert proofs(parking.programme.pk) == []


def test_more_than_there_is_of_a_kind_is_not_removed(parking: Office) -> None:
    give(parking, "Wang", "mall_points", 10)
    wang = parking.member("Wang")
    member = parking.address(f"members/{wang.pk}/")

    send(parking.desk("operator"), member, "adjust", kind="mall_points", amount="-10.0001", reason="S0-86")
    proposal = Adjustment.objects.latest("pk")
    said = send(parking.desk("approver"), parking.address(f"adjustments/{proposal.pk}/"), "approve")

    assert "too few free points" in said
    assert balances(wang.pk)["mall_points", "free"] == 10 * POINT


def test_every_kind_stands_on_the_page_the_empty_ones_too(parking: Office) -> None:
    give(parking, "Wang", "sales_points", 12)

    page = page_of(parking, "Wang")

    for title in ("lease income", "lease credit", "mall points", "referral points", "sales points", "spare points"):
        assert f"{title} · free" in page
    assert "12.00" in page
    assert "Second-largest leg" not in page


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("en", ["Devices 12, VIP member", "Devices of the team 300", "Devices bought this month 2", "District agent"]),
        ("zh-hans", ["设备 12，VIP会员", "团队设备 300", "本月新增设备 2", "区代"]),
    ],
)
def test_devices_rank_and_agent_stand_on_the_page(parking: Office, language: str, words: list[str]) -> None:
    Standing.objects.filter(member=parking.member("Wang")).update(
        units=12,
        team_units=300,
        month_units=2,
        rank=1,
        agent=True,
        agent_since=date(2026, 1, 5),
        strikes=2,
        carry=40,
    )

    page = page_of(parking, "Wang", language=language)

    assert [word for word in words if word not in page] == []
    assert {"en": "agent since 2026-01-05", "zh-hans": "2026-01-05 起为代理"}[language] in page
    assert {"en": "Months missed in a row 2 of 3", "zh-hans": "连续未完成月数 2 / 3"}[language] in page
    assert {"en": "Carried over to the target 40", "zh-hans": "结转到任务的数量 40"}[language] in page


def test_who_is_no_agent_is_called_so(parking: Office) -> None:
    page = page_of(parking, "Wang")

    assert "no agent" in page
    assert "Months missed" not in page


def test_what_a_member_converted_and_gave_stands_on_the_page(parking: Office) -> None:
    give(parking, "Wang", "lease_income", 100)
    wang, li = parking.member("Wang").pk, parking.member("Li").pk
    convert_points(member_id=wang, kind="lease_income", into="lease_credit", amount=30 * POINT, key="c")
    transfer_points(member_id=wang, to_member_id=li, kind="lease_income", amount=20 * POINT, key="t")

    page = page_of(parking, "Wang", role="auditor")

    assert "Conversions and transfers" in page
    assert "converted lease income 30.00 lease credit 30.00" in page
    assert f"transferred lease income 20.00 M{li} 20.00" in page
    assert "Conversions and transfers" not in page_of(parking, "Li")


def test_the_release_programme_has_no_devices(office: Office) -> None:
    page = page_of(office, "Wang")

    assert "Devices" not in page
    assert "Second-largest leg" in page
