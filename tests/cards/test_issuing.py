"""Cards are opened inside the store's own range, with the form of S3-09; lost, replaced, and good in every store."""

from concurrent.futures import ThreadPoolExecutor
from datetime import date
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction

from jifen.cards.codes import CodeFor, send_code
from jifen.cards.details import By, change_details, has_id_number, read_details, read_id_number, rotate_details
from jifen.cards.errors import CardError, CardKeyReusedError, CardNotValidError, NoSuchCardError
from jifen.cards.finding import card_of, member_by
from jifen.cards.issuing import Form, hand_by_phone, hand_card, open_card, replace_by_operator, replace_card
from jifen.cards.lost import found_again, lost_by_operator, report_lost, report_lost_at, void_card
from jifen.cards.models import Card, CardState, CardStep, Details, DetailsStep
from jifen.members.codes import WrongCodeError
from jifen.members.id_numbers import check_sign
from jifen.members.login import AT_COUNTER_MAX, TooManyTriesError
from jifen.members.models import Member
from tests.cards.town import Town

FIRST = 8801_000000
PHONE = "13900000001"


def id_number(digits: str = "11010519900307123") -> str:
    return digits + check_sign(digits)


WANG = {
    "name": " 王  芳 ",
    "mobile": "139 0000 0001",
    "phone": "010-62345678",
    "id_number": id_number().lower(),
    "sex": "f",
    "address": "东门路1号",
    "note": "likes tea",
}


def test_a_store_opens_a_card_and_the_member_is_its_own(town: Town) -> None:
    gold = town.store()
    town.range(gold)

    member = town.open(gold, "8801 0000 03", **WANG)

    card = card_of(member.pk)
    assert card is not None
    assert (card.number, card.state, card.store_id) == (FIRST + 3, CardState.ISSUED, gold.pk)
    assert (member.name, member.home_store_id, member.referrer_id) == ("王 芳", gold.pk, town.member("Olga"))
    assert [step.deed for step in card.steps.order_by("pk")] == ["issued"]
    shown = read_details(member.pk)
    assert (shown.phone, shown.birthday, shown.sex) == ("010-62345678", date(1990, 3, 7), "f")
    assert (shown.id_number, shown.mobile) == (f"11{'*' * 14}{id_number()[-2:]}", "139****0001")
    row = Details.objects.get()
    closed = bytes(row.number_cipher or b"") + bytes(row.phone_cipher or b"") + bytes(row.address_cipher or b"")
    assert id_number().encode() not in closed
    assert read_id_number(member_id=member.pk, operator_id=town.chief) == id_number()
    assert town.acts(member.code) == ["read_id_number"]
    assert has_id_number(member.pk)


def test_only_numbers_of_the_store_s_own_approved_range_are_opened(town: Town) -> None:
    gold, silk = town.store(), town.store("silk", owner="Sun")
    town.range(gold)
    town.range(silk)

    for number in (FIRST + 10, FIRST + 500, 7_000_000_000):
        with pytest.raises(CardNotValidError, match="no range that was approved") as refused:
            town.open(gold, number)
        assert refused.value.field == "number"
    with pytest.raises(CardNotValidError, match="digits only"):
        town.open(gold, "A1")
    town.open(gold, FIRST)
    with pytest.raises(CardNotValidError, match="has this card already"):
        town.open(gold, FIRST, mobile="13900000002")
    card = Card.objects.get(number=FIRST + 1)
    with pytest.raises(IntegrityError, match="never changed"), transaction.atomic():
        Card.objects.filter(pk=card.pk).update(store=silk)
    with pytest.raises(IntegrityError, match="member_card_inside_its_range"), transaction.atomic():
        Card.objects.create(programme=town.programme, store=gold, range=card.range, number=FIRST + 10)
    with pytest.raises(IntegrityError, match="member_card_number_once"), transaction.atomic():
        Card.objects.create(programme=town.programme, store=gold, range=card.range, number=FIRST + 1)
    assert Member.objects.filter(home_store=gold).count() == 1


@pytest.mark.parametrize(
    ("field", "value", "told"),
    [
        ("name", "", "characters"),
        ("mobile", "12345", "no phone number"),
        ("phone", "62345678", "no phone number"),
        ("id_number", "110105199003071230", "check digit"),
        ("id_number", id_number("11010520990307123"), "birthday in the ID number"),
        ("birthday", date(1990, 3, 8), "another one than in the ID number"),
        ("sex", "x", "choose one"),
        ("address", "长" * 201, "at most 200"),
        ("invite_code", "NOBODYS1", "nobody has this invite code"),
    ],
)
def test_each_field_of_the_form_is_checked_and_nothing_is_written(
    town: Town, field: str, value: object, told: str
) -> None:
    gold = town.store()
    town.range(gold)

    with pytest.raises(CardNotValidError, match=told) as refused:
        town.open(gold, FIRST, **{**WANG, field: value})

    assert refused.value.field == field
    assert Card.objects.get(number=FIRST).state == CardState.IN_STOCK
    assert not Details.objects.exists()


def test_one_phone_and_one_id_number_are_one_member_s(town: Town) -> None:
    gold = town.store()
    town.range(gold)
    town.open(gold, FIRST, **WANG)

    with pytest.raises(CardNotValidError, match="has an account already") as phone:
        town.open(gold, FIRST + 1)
    with pytest.raises(CardNotValidError, match="another member has this ID number") as number:
        town.open(gold, FIRST + 1, mobile="13900000002", id_number=id_number())
    assert (phone.value.field, number.value.field) == ("mobile", "id_number")


def test_ten_presses_of_one_button_open_one_card_and_two_stores_never_the_same(busy_town: Town) -> None:
    town = busy_town
    gold, key = town.store(), town.key()
    town.range(gold)
    form = Form(name="王芳", mobile=PHONE)

    def press(n: int) -> int | str:
        try:
            if n % 2:
                return open_card(store_id=gold.pk, number=str(FIRST), form=form, key=key).pk
            other = Form(name="李雷", mobile=f"1390000{n:04}")
            return open_card(store_id=gold.pk, number=str(FIRST + 1), form=other, key=f"{key} {n}").pk
        except CardNotValidError as error:
            return error.field
        finally:
            connection.close()

    with ThreadPoolExecutor(5) as pool:
        answers = list(pool.map(press, range(10)))

    assert len(set(answers[1::2])) == 1
    assert sorted(str(one) for one in answers[::2])[1:] == ["number"] * 4
    assert Card.objects.exclude(state=CardState.IN_STOCK).count() == 2


def test_a_lost_card_finds_nobody_until_it_is_found_again(town: Town) -> None:
    gold = town.store()
    town.range(gold)
    member = town.open(gold, FIRST)
    assert member_by(town.programme.pk, str(FIRST)) == member
    assert member_by(town.programme.pk, PHONE) == member
    assert member_by(town.programme.pk, member.invite_code) == member

    report_lost(member_id=member.pk, reason="in the bus")
    report_lost(member_id=member.pk)

    with pytest.raises(CardError, match="reported lost"):
        member_by(town.programme.pk, str(FIRST))
    assert member_by(town.programme.pk, PHONE) == member
    found_again(member_id=member.pk)
    assert member_by(town.programme.pk, str(FIRST)) == member
    assert list(CardStep.objects.order_by("pk").values_list("deed", flat=True)) == ["issued", "lost", "found"]
    with pytest.raises(NoSuchCardError):
        member_by(town.programme.pk, str(FIRST + 500))
    with pytest.raises(CardError, match="opened for nobody yet"):
        member_by(town.programme.pk, str(FIRST + 1))


def test_a_card_is_replaced_in_any_store_and_the_account_stays(town: Town) -> None:
    gold, silk = town.store(), town.store("silk", owner="Sun")
    town.range(gold)
    town.range(silk)
    member = town.open(gold, FIRST)
    report_lost_at(store_id=gold.pk, card_id=Card.objects.get(number=FIRST).pk, reason="says so")
    send_code(CodeFor.COUNTER, programme_id=town.programme.pk, phone=PHONE, address="desk")
    code, key = town.code(), town.key()
    wrong = "000000" if code != "000000" else "000001"

    with pytest.raises(WrongCodeError):
        replace_card(store_id=silk.pk, number=str(FIRST + 10), member_id=member.pk, code=wrong, key=key)
    for _ in range(2):
        replace_card(store_id=silk.pk, number=str(FIRST + 10), member_id=member.pk, code=code, key=key)

    card = card_of(member.pk)
    assert card is not None
    assert (card.number, card.store_id, card.replaces_id) == (FIRST + 10, silk.pk, Card.objects.get(number=FIRST).pk)
    member.refresh_from_db()
    assert member.home_store_id == gold.pk
    with pytest.raises(CardError, match="replaced by another one"):
        member_by(town.programme.pk, str(FIRST))
    with pytest.raises(IntegrityError, match="never changed"), transaction.atomic():
        Card.objects.filter(number=FIRST).update(state=CardState.ISSUED)


def test_who_joined_online_gets_a_card_by_a_code_and_only_one(town: Town) -> None:
    gold = town.store()
    town.range(gold)
    ann = town.member("Ann")
    send_code(CodeFor.COUNTER, programme_id=town.programme.pk, phone=town.phone_of("Ann"), address="desk")

    card = hand_card(store_id=gold.pk, number=str(FIRST), member_id=ann, code=town.code(), key=town.key())

    assert card.state == CardState.BOUND  # the account has a password already
    assert Member.objects.get(pk=ann).home_store_id is None
    send_code(CodeFor.COUNTER, programme_id=town.programme.pk, phone=town.phone_of("Ann"), address="desk")
    with pytest.raises(CardError, match="has a card already"):
        hand_card(store_id=gold.pk, number=str(FIRST + 1), member_id=ann, code=town.code(), key=town.key())


def test_operators_stop_replace_and_void_cards_and_open_those_of_head_office(town: Town) -> None:
    gold = town.store()
    town.range(gold)
    member = town.open(gold, FIRST)
    card = Card.objects.get(number=FIRST)

    lost_by_operator(card_id=card.pk, operator_id=town.chief, reason="called us")
    key = town.key()
    for _ in range(2):
        replace_by_operator(card_id=card.pk, number=str(FIRST + 2), operator_id=town.chief, reason="no phone", key=key)
    void_card(store_id=gold.pk, number=str(FIRST + 5), reason="bent")

    assert getattr(card_of(member.pk), "number", None) == FIRST + 2
    assert town.acts(f"card {FIRST}") == ["report_card_lost", "replace_card"]
    with pytest.raises(CardNotValidError, match="made void"):
        town.open(gold, FIRST + 5, mobile="13900000002")
    form = Form(name="李雷", mobile="13900000003")
    opened = open_card(store_id=gold.pk, number=str(FIRST + 6), form=form, key=town.key(), operator_id=town.chief)
    step = CardStep.objects.get(card__member=opened)
    assert (step.operator_id, step.member_id) == (town.chief, None)


def test_details_are_changed_by_their_member_and_every_change_is_noted(town: Town) -> None:
    gold = town.store()
    town.range(gold)
    member = town.open(gold, FIRST, **WANG)

    form = Form(name="王芳芳", mobile="", phone="", address="西门路2号", sex="f", note="likes tea")
    change_details(member_id=member.pk, form=form, by=By(member_id=member.pk))

    shown = read_details(member.pk)
    assert (shown.name, shown.phone, shown.address) == ("王芳芳", "", "西门路2号")
    assert shown.id_number.startswith("11")  # an empty number leaves the one that is kept
    noted = [set(step.fields.split()) for step in DetailsStep.objects.order_by("pk")]
    assert noted[0] == {"phone", "address", "id_number", "birthday", "sex", "note"}
    assert {"phone", "address"} <= noted[1]
    assert noted[-1] == {"name"}


def test_another_key_closes_forms_anew_and_numbers_are_still_found(town: Town, settings: Any) -> None:
    gold = town.store()
    town.range(gold)
    member = town.open(gold, FIRST, **WANG)

    old = settings.FIELD_KEY
    settings.FIELD_KEY = f"{'QUFB' * 10}QUE=,{old}"
    assert (rotate_details(), rotate_details()) == (1, 0)
    settings.FIELD_KEY = f"{'QUFB' * 10}QUE="

    assert read_id_number(member_id=member.pk, operator_id=town.chief) == id_number()


def test_what_is_wrong_with_a_card_is_said_before_the_phone_is_looked_at_and_tries_are_counted(town: Town) -> None:
    gold = town.store()
    town.range(gold)
    town.member("Ann")

    def hand(number: int, phone: str) -> str:
        try:
            hand_by_phone(store_id=gold.pk, number=str(number), phone=phone, code="123456", key=town.key())
        except (CardError, WrongCodeError, TooManyTriesError) as error:
            return type(error).__name__
        return "given"

    for number, answer in ((FIRST + 500, "CardNotValidError"), (FIRST, "WrongCodeError")):
        assert [hand(number, phone) for phone in (town.phone_of("Ann"), "13900000077")] == [answer] * 2
    assert [hand(FIRST, "13900000077") for _ in range(AT_COUNTER_MAX - 3)][-1] == "TooManyTriesError"
    assert hand(FIRST, town.phone_of("Ann")) == "TooManyTriesError"


def test_a_store_learns_of_only_so_many_phones_by_forms_that_are_refused(town: Town) -> None:
    gold = town.store()
    town.range(gold)
    town.member("Ann")
    forms = [{"mobile": town.phone_of("Ann")}, {"mobile": "13900000077"}]

    for n in range(AT_COUNTER_MAX):
        with pytest.raises(CardNotValidError):
            town.open(gold, FIRST, invite_code="NOBODYS1", **forms[n % 2])

    for form in forms:
        with pytest.raises(TooManyTriesError):
            town.open(gold, FIRST, invite_code="NOBODYS1", **form)


def test_a_key_that_was_used_for_another_member_is_refused(town: Town) -> None:
    gold, ann, key = town.store(), town.member("Ann"), town.key()
    town.range(gold)
    form = Form(name="王芳", mobile=PHONE)
    member = open_card(store_id=gold.pk, number=str(FIRST), form=form, key=key)

    assert open_card(store_id=gold.pk, number=str(FIRST), form=form, key=key) == member
    for other in (Form(name="李雷", mobile=PHONE), Form(name="王芳", mobile="13900000002")):
        with pytest.raises(CardKeyReusedError):
            open_card(store_id=gold.pk, number=str(FIRST), form=other, key=key)
    with pytest.raises(CardKeyReusedError):
        hand_card(store_id=gold.pk, number=str(FIRST), member_id=ann, code="123456", key=key)
    for phone in (town.phone_of("Ann"), "13900000077"):
        with pytest.raises(CardKeyReusedError):
            hand_by_phone(store_id=gold.pk, number=str(FIRST), phone=phone, code="123456", key=key)
