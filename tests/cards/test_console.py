"""The console's pages of cards: batches, ranges with two people, cards of members and their forms."""

import pytest

from jifen.cards.finding import card_of
from jifen.cards.models import Card, CardBatch, CardRange, RangeState
from jifen.cards.ranges import apply_for_range, pay_range
from tests.cards.test_issuing import WANG, id_number
from tests.cards.town import Town
from tests.paying import PROVIDER

FIRST = 8801_000000


def applied(town: Town, count: int = 10, *, paid: bool) -> CardRange:
    store = town.store()
    found = apply_for_range(store_id=store.pk, member_id=town.member("Olga"), count=count, key=town.key())
    return pay_range(range_id=found.pk, member_id=town.member("Olga"), provider=PROVIDER) if paid else found


def test_a_batch_is_made_and_shows_what_is_left(town: Town) -> None:
    desk = town.desk("operator")
    values = {"action": "make", "make-begins": "8801", "make-first": "0", "make-last": "99", "make-reason": "first run"}

    answer = desk.post(town.address("card-batches/"), {**values, "make-key": "k"}, follow=True)
    desk.post(town.address("card-batches/"), {**values, "make-key": "k"})

    assert b"100 cards are there" in answer.content
    batch = CardBatch.objects.get()
    town.range(town.store(), 10, batch)
    page = desk.get(town.address(f"card-batches/{batch.pk}/")).content.decode()
    assert f"{FIRST + 10}" in page
    assert "90" in page
    overlapping = desk.post(town.address("card-batches/"), {**values, "make-key": "other"})
    assert b"another batch has some of these numbers" in overlapping.content


def test_one_notes_the_money_of_a_range_and_another_approves_it(town: Town) -> None:
    town.batch()
    found = applied(town, paid=False)
    page = town.address(f"card-ranges/{found.pk}/")

    finance, approver = town.desk("finance"), town.desk("approver")
    finance.post(page, {"action": "money", "money-reference": "ICBC 77"})
    own = finance.get(page).content.decode()
    assert "You noted the money" in own
    values = {"action": "approve", "approve-batch": CardBatch.objects.get().pk, "approve-first": ""}
    done = approver.post(page, {**values, "approve-reason": "paid", "approve-key": "k"}, follow=True)

    found.refresh_from_db()
    assert (found.state, found.first) == (RangeState.APPROVED, FIRST)
    assert str(FIRST + 9).encode() in done.content
    assert b"in stock" in done.content
    listed = approver.get(town.address("card-ranges/") + "?state=approved&store=gold").content
    assert str(FIRST).encode() in listed


def test_a_refusal_gives_the_money_back_and_numbers_of_others_are_refused(town: Town) -> None:
    town.batch()
    found = applied(town, paid=True)
    page = town.address(f"card-ranges/{found.pk}/")
    approver = town.desk("approver")

    values = {"action": "approve", "approve-batch": CardBatch.objects.get().pk, "approve-first": str(FIRST + 995)}
    outside = approver.post(page, {**values, "approve-reason": "paid", "approve-key": "k"})
    assert b"not all in the batch" in outside.content
    done = approver.post(page, {"action": "refuse", "refuse-reason": "closed soon", "refuse-key": "k"}, follow=True)

    assert b"What was paid goes back" in done.content
    found.refresh_from_db()
    assert found.returned_on is not None


def test_cards_are_found_stopped_replaced_and_their_id_number_read_with_a_note(town: Town) -> None:
    gold = town.store()
    town.range(gold)
    member = town.open(gold, FIRST, **WANG)
    card = card_of(member.pk)
    assert card is not None
    desk, page = town.desk("operator"), town.address(f"member-cards/{card.pk}/")

    assert desk.get(town.address("member-cards/") + f"?q={FIRST}").headers["Location"] == page
    assert desk.get(town.address("member-cards/") + "?q=13900000001").headers["Location"] == page
    shown = desk.get(page).content.decode()
    assert "11**************" in shown
    assert id_number() not in shown
    read = desk.post(
        page, {"action": "id_number", "id_number-reason": "asked by the bank", "id_number-key": "k"}, follow=True
    )
    assert id_number() in read.content.decode()
    desk.post(page, {"action": "lost", "lost-reason": "called us", "lost-key": "k"})
    values = {"action": "replace", "replace-number": str(FIRST + 1), "replace-reason": "called us", "replace-key": "k"}
    desk.post(page, values)

    newer = card_of(member.pk)
    assert newer is not None
    assert newer.number == FIRST + 1
    assert town.acts(f"card {FIRST}") == ["report_card_lost", "replace_card"]
    assert b"Replaced by" in desk.get(page).content


def test_head_office_opens_a_card_itself(town: Town) -> None:
    gold = town.store("office", owner="")
    other = town.store()
    town.range(other)
    form = {**WANG, "store": "gold", "number": str(FIRST), "birthday": "", "reason": "at our desk", "key": "k"}
    values = {"action": "open", **{f"open-{name}": value for name, value in form.items()}}

    done = town.desk("operator").post(town.address("member-cards/"), values, follow=True)

    assert b"has the card now" in done.content
    assert Card.objects.get(number=FIRST).member is not None
    assert gold.owner is None


@pytest.mark.parametrize("rest", ["card-batches/", "card-ranges/", "member-cards/", "wechat/", "wechat/messages/"])
def test_pages_are_for_those_whose_role_allows_them_and_speak_chinese(town: Town, rest: str) -> None:
    assert town.desk("system").get(town.address(rest)).status_code == 403
    answer = town.desk("auditor", language="zh-hans").get(town.address(rest))
    assert answer.status_code == 200
    assert "会员卡" in answer.content.decode()
