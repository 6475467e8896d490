"""Members of another system come over with what they held (S3-02, S3-09)."""

import json
from io import BytesIO
from typing import Any

import pytest
import xlsxwriter

from jifen.alliance import imports
from jifen.alliance.errors import DealStateError, SecondOperatorError
from jifen.alliance.imports import FileUsedError, Totals, TotalsDifferError, Upload, faults_of
from jifen.alliance.models import ImportLine, MemberImport
from jifen.alliance.taking_over import proof_of, take_over
from jifen.cards.batches import NewBatch, make_batch
from jifen.cards.models import Card, Details
from jifen.cards.ranges import apply_for_range, approve_range, pay_range
from jifen.facts.models import Act, Fact
from jifen.ledger.reading import programme_balances
from jifen.members.models import Member
from jifen.members.phones import blind_index, encrypt, find_by_phone
from jifen.members.registration import register_member
from tests.alliance.harbor import COINS, Harbor
from tests.paying import PROVIDER

HEADING = "姓名,手机,卡号,身份证号,生日,门店编号,推荐人,积分,储值"
LINES = (
    "白云,13900000002,,110101199003074573,1990-03-07,bob,13900000001,120.5,0",  # his referrer stands below
    "安娜,13900000001,,,1980/06/30,bob,,300,200.25",
    '孔雀,13900000003,,,,bob,Hugo,"1,000",',
)


def send(harbor: Harbor, *lines: str, heading: str = HEADING) -> MemberImport:
    """Let Wang upload a CSV file."""
    text = "\n".join((heading, *(line.replace("Hugo", f"M{harbor.member('Hugo')}") for line in lines)))
    return imports.upload(
        Upload(harbor.programme.pk, "members.csv", text.encode("utf-8-sig"), harbor.key()), operator_id=harbor.wang
    )


def ready(harbor: Harbor) -> MemberImport:
    """Return a list that Wang proposed and Li let in."""
    assert harbor.bob
    found = send(harbor, *LINES)
    assert faults_of(found) == []
    there = Totals(3, 142_050, 20_025)
    imports.propose(import_id=found.pk, there=there, reason="the old system closes", operator_id=harbor.wang)
    return imports.approve(import_id=found.pk, operator_id=harbor.li)


def test_members_come_over_with_what_they_held_and_the_ledger_proves_it(harbor: Harbor) -> None:
    found = ready(harbor)

    progress = take_over(found.pk)

    found.refresh_from_db()
    proof = proof_of(found)
    assert (progress.done, progress.refused, progress.percent, found.state) == (3, 0, 100, "done")
    assert proof.matches
    assert proof.ledger == (3, 142_050, 20_025)
    anna, white = (find_by_phone(harbor.programme.pk, f"1390000000{number}") for number in (1, 2))
    assert anna is not None
    assert white is not None
    assert (white.referrer, white.home_store, white.name) == (anna, harbor.bob, "白云")
    assert str(Details.objects.get(member=white).birthday) == "1990-03-07"
    assert programme_balances(harbor.programme.pk)[COINS, "unfunded"] == -142_050
    assert {bytes(line.sealed) for line in ImportLine.objects.all()} == {b""}
    harbor.end_day()
    assert harbor.wrong() == []


def test_a_killed_import_goes_on_where_it_was_and_does_nothing_twice(
    harbor: Harbor, monkeypatch: pytest.MonkeyPatch
) -> None:
    found, seen = ready(harbor), list[int]()

    def killed(self: ImportLine, *arguments: Any, **named: Any) -> None:
        seen.append(self.line)
        if len(seen) == 2:  # after the second member is registered and both balances are recorded
            raise KeyboardInterrupt
        original(self, *arguments, **named)

    original = ImportLine.save
    monkeypatch.setattr(ImportLine, "save", killed)
    with pytest.raises(KeyboardInterrupt):
        take_over(found.pk)
    half = proof_of(found)
    monkeypatch.undo()
    take_over(found.pk)
    take_over(found.pk)

    assert half.registered.members == half.ledger.members == 1
    assert not half.matches
    assert proof_of(found).matches
    assert Fact.objects.filter(action="open_balance").count() == 4


def test_every_error_is_told_by_line(harbor: Harbor) -> None:
    harbor.register("bar", owner="Olga", ratio="0.1")
    register_member(
        programme_id=harbor.programme.pk, phone="13900000008", password="seven mile walk", name="Zoe",
        joined_on=harbor.today,
    )  # fmt: skip

    found = send(
        harbor,
        "安娜,13900000001,,,,bar,,1,0",
        "安娜,13900000001,,,,nowhere,,1,0",
        "白云,12345,8801,110101199003074571,1990-02-30,bar,13999999999,-1,0.001",
        "孔雀,13900000008,,,,bar,13900000008,,",
    )

    told = {(one.line, one.column, str(one.message)) for one in faults_of(found)}
    assert (found.state, found.problem_count) == ("faulty", len(told))
    assert (3, "store", "there is no store with this code") in told
    assert (3, "mobile", "line 2 says the same") in told
    assert (4, "card", "this number is in no range that was approved for the store") in told
    assert (4, "birthday", "write a date such as 1980-06-30") in told
    assert (4, "points", "write an amount such as 120.5, not below 0") in told
    assert (4, "stored", "at most 2 decimals") in told
    assert (5, "referrer", "nobody refers himself") in told
    assert {(4, "mobile"), (4, "id_number"), (4, "referrer"), (5, "mobile")} <= {(one[0], one[1]) for one in told}
    assert not ImportLine.objects.exists()


@pytest.mark.parametrize(
    ("heading", "line", "why"),
    [
        ("姓名,手机", "安娜,13900000001", "this column is missing; it may be called"),
        ("姓名,手机,门店,鞋码", "安娜,13900000001,bob,43", "this column is not known; rename it or take it out"),
        ("姓名,手机,手机号,门店", "安娜,1,2,bob", "this column stands there twice"),
    ],
)
def test_a_heading_has_to_be_known(harbor: Harbor, heading: str, line: str, why: str) -> None:
    found = send(harbor, line, heading=heading)

    assert why in str(faults_of(found)[0].message)
    assert faults_of(found)[0].line == 1


def test_a_ring_of_referrers_is_refused(harbor: Harbor) -> None:
    assert harbor.bob
    found = send(harbor, "安娜,13900000001,,,,bob,13900000002,,", "白云,13900000002,,,,bob,13900000001,,")

    assert [str(one.message) for one in faults_of(found)] == ["these people refer each other in a ring"]


def test_totals_have_to_match_to_the_unit(harbor: Harbor) -> None:
    assert harbor.bob
    found = send(harbor, *LINES)

    for there in (Totals(4, 142_050, 20_025), Totals(3, 142_051, 20_025), Totals(3, 142_050, 20_024)):
        with pytest.raises(TotalsDifferError):
            imports.propose(import_id=found.pk, there=there, reason="so", operator_id=harbor.wang)

    assert MemberImport.objects.get().state == "checked"


def test_two_people_let_a_list_in_and_once_only(harbor: Harbor) -> None:
    assert harbor.bob
    found = send(harbor, *LINES)
    there = Totals(3, 142_050, 20_025)
    imports.propose(import_id=found.pk, there=there, reason="so", operator_id=harbor.wang)

    with pytest.raises(SecondOperatorError):
        imports.approve(import_id=found.pk, operator_id=harbor.wang)
    imports.approve(import_id=found.pk, operator_id=harbor.li)
    with pytest.raises(DealStateError):
        imports.reject(import_id=found.pk, operator_id=harbor.li, reason="too late")
    again = send(harbor, *LINES)
    with pytest.raises(FileUsedError):
        imports.propose(import_id=again.pk, there=there, reason="so", operator_id=harbor.wang)

    acts = ["upload_import", "propose_import", "approve_import", "upload_import"]
    assert list(Act.objects.filter(act__endswith="_import").order_by("pk").values_list("act", flat=True)) == acts


def test_a_rejected_list_is_forgotten(harbor: Harbor) -> None:
    assert harbor.bob
    found = send(harbor, *LINES)
    said = bytes(ImportLine.objects.filter(imported=found)[0].sealed)

    imports.reject(import_id=found.pk, operator_id=harbor.li, reason="an old copy")

    assert b"139" not in said
    assert not ImportLine.objects.exists()
    assert MemberImport.objects.get().rejection == "an old copy"


def test_a_line_that_is_refused_leaves_the_others_and_may_try_again(harbor: Harbor) -> None:
    found = ready(harbor)
    harbor.welcome("Eve", harbor.bob)
    Member.objects.filter(pk=harbor.member("Eve")).update(**_phone_of(harbor, "13900000001"))

    progress = take_over(found.pk)
    refused = ImportLine.objects.get(line=3)

    assert (progress.done, progress.refused) == (1, 2)  # and who is referred by the refused one
    assert "already" in json.dumps(refused.why)
    assert not proof_of(found).matches
    Member.objects.filter(pk=harbor.member("Eve")).update(**_phone_of(harbor, "13900000099"))
    imports.try_again(import_id=found.pk, operator_id=harbor.wang, reason="the phone is free again")
    assert take_over(found.pk).refused == 0
    assert proof_of(found).matches


def test_a_card_of_the_store_is_bound_to_its_member(harbor: Harbor) -> None:
    cards = stock(harbor)

    found = send(harbor, f"安娜,13900000001,{cards[1]},,,bob,,5,0")
    imports.propose(import_id=found.pk, there=Totals(1, 500, 0), reason="so", operator_id=harbor.wang)
    found = imports.approve(import_id=found.pk, operator_id=harbor.li)
    take_over(found.pk)

    card = Card.objects.get(number=cards[1])
    assert (card.state, card.member) == ("issued", find_by_phone(harbor.programme.pk, "13900000001"))
    assert proof_of(found).matches


def test_excel_is_read_and_numbers_that_it_cut_are_told(harbor: Harbor) -> None:
    assert harbor.bob
    target = BytesIO()
    book = xlsxwriter.Workbook(target, {"in_memory": True})
    sheet = book.add_worksheet()
    sheet.write_row(0, 0, ["姓名", "手机", "身份证号", "门店", "积分"])
    sheet.write_row(1, 0, ["安娜", 13900000001, "", "bob", 12.5])
    sheet.write_row(2, 0, ["白云", 13900000002, 110101199003074570, "bob", 1])
    book.close()

    found = imports.upload(Upload(harbor.programme.pk, "members.xlsx", target.getvalue(), "x"), operator_id=harbor.wang)

    told = [(one.line, one.column, str(one.message)) for one in faults_of(found)]
    assert (3, "身份证号", "Excel has cut this number; format the column as text, type it anew") in told
    assert {line for line, _column, _message in told} == {3}
    assert (found.members, found.points) == (2, 1_350)


def stock(harbor: Harbor) -> list[int]:
    """Let Bob's store have three cards, and return their numbers."""
    batch = make_batch(
        programme_id=harbor.programme.pk, new=NewBatch("8801", 1, 9), operator_id=harbor.wang, key=harbor.key()
    )
    store = harbor.bob
    assert store.owner_id is not None
    asked = apply_for_range(store_id=store.pk, member_id=store.owner_id, count=3, key=harbor.key())
    pay_range(range_id=asked.pk, member_id=store.owner_id, provider=PROVIDER)
    approve_range(range_id=asked.pk, operator_id=harbor.li, batch_id=batch.pk, reason="paid")
    return list(Card.objects.filter(store=store).order_by("number").values_list("number", flat=True))


def _phone_of(harbor: Harbor, phone: str) -> dict[str, bytes]:
    programme_id = harbor.programme.pk
    return {
        "phone_cipher": encrypt(phone, programme_id=programme_id),
        "phone_index": blind_index(phone, programme_id=programme_id),
    }
