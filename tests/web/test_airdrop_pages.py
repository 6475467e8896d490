"""The pages of an airdrop programme: weight, tokens, activation, partners, challenge credit (S2)."""

import re
from pathlib import Path

import pytest
from django.contrib.staticfiles import finders
from django.core.cache import cache
from django.test import Client

from jifen.facts.record import record_steps
from jifen.payouts.moves import convert_points
from jifen.payouts.switches import SwitchedOffError, switch
from jifen.sales.models import Order, OrderState
from jifen.sales.orders import OrderStateError, cancel_own_order
from jifen.sales.receiving import confirm_receipt, take_back_order
from jifen.settlement.verify import verify
from tests.codes import join
from tests.paying import through_cashier
from tests.web.airdrop_stage import SPORT, AirdropStage, build_airdrop_stage
from tests.web.stage import LOGIN, Stage, guest, key_in, text_of
from tests.web.test_growth_pages import said
from tests.web.test_pages import CHINESE, WEIGHT_MAX, Page

PAGES = [
    *("", "weight", "token", "activate", "partner", "centers/apply", "centers/apply?region=440300", "me", "invite"),
    *("mall", "mall/pack_99", "wallets", "statement"),
]
SPORT_PAGES = ["", "weight", "token", "activate", "partner", "challenge", "centers/apply", "me", "convert"]
NEW_PAGES = ["weight", "token", "activate", "partner", "challenge", "center", "center/sub", "centers/apply"]
OF_THE_PROGRAMME = re.compile(r"中文|[李王赵]\S*|[\u4e00-\u9fff]*[省市区州县盟]\b|\S*特别行政区|翠竹路 1 号")


@pytest.fixture(autouse=True)
def _nothing_kept() -> None:
    cache.clear()


@pytest.fixture
def hi(db: None) -> AirdropStage:
    """Version 1, in which nothing was bought yet."""
    return build_airdrop_stage()


@pytest.fixture
def sport(db: None) -> AirdropStage:
    """The 2.0 programme, in which nothing was bought yet."""
    return build_airdrop_stage(SPORT)


def shown(stage: AirdropStage, client: Client, page: str) -> str:
    answer = client.get(f"/{stage.code}/{page}")
    assert answer.status_code == 200, page
    return text_of(answer)


def test_every_page_is_there_before_anything_was_bought(hi: AirdropStage, sport: AirdropStage) -> None:
    for stage, pages in ((hi, PAGES), (sport, SPORT_PAGES)):
        for language, banner in (("zh-hans", "演示平台"), ("en", "Trial platform")):
            client = stage.browser("li", language=language)
            for page in pages:
                assert banner in shown(stage, client, page), page


def test_pages_are_plain_labelled_light_and_in_english(sport: AirdropStage) -> None:
    sport.activate("li", "card_b")
    sport.price(2)
    sport.settle()
    li = sport.browser("li")

    for page in [*SPORT_PAGES, "centers/apply?region=440300"]:
        text = shown(sport, li, page)
        found = Page(text)
        assets = {one.removeprefix("/static/") for one in found.addresses if one.startswith("/static/")}
        weight = len(text.encode()) + sum(Path(one).stat().st_size for one in map(finders.find, assets) if one)
        named = [one for one in found.fields if one.get("id") in found.labels or one.get("aria-label")]
        assert found.inline == [], page
        assert [one for one in found.fields if one not in named and one.get("type") not in ("checkbox", "radio")] == []
        assert len(found.ids) == len(set(found.ids)), page
        assert weight < WEIGHT_MAX, page
        if not page.startswith("centers"):  # where the names of regions stand
            assert not CHINESE.search(OF_THE_PROGRAMME.sub("", " ".join(found.texts))), page


def test_other_programmes_have_none_of_these_pages(stage: Stage, wang: Client) -> None:
    me = text_of(wang.get("/release/me"))

    for page in NEW_PAGES:
        assert wang.get(f"/release/{page}").status_code == 404, page
        assert f'"/release/{page}"' not in me, page


def test_guests_are_sent_to_the_login(hi: AirdropStage) -> None:
    for page in NEW_PAGES:
        assert guest().get(f"/airdrop/{page}")["Location"].startswith("/airdrop/login"), page


def test_the_first_page_leads_who_is_not_activated_to_a_pack(hi: AirdropStage) -> None:
    page = said(shown(hi, hi.browser("li"), ""))

    assert "Hi not activated 300.00" in page
    assert "Not activated yet" in page
    assert "There has been no airdrop yet." in page
    assert "nothing about it is promised" in page


def test_a_pack_is_bought_sent_received_and_activates(hi: AirdropStage) -> None:
    li = hi.browser("li")
    key = key_in(li.get("/airdrop/mall/pack_399"))
    li.post("/airdrop/mall/pack_399", {"key": key, "quantity": "1"})
    order = Order.objects.get(member=hi.members["li"])
    placed = (order.product, order.amount, order.state)
    through_cashier(li, li.post(f"/airdrop/orders/{order.number}/pay"))
    way = said(shown(hi, li, f"orders/{order.number}"))
    waiting = said(shown(hi, li, "activate"))
    before = hi.member("li").standing.active

    li.post(f"/airdrop/orders/{order.number}/received")

    assert placed == ("pack_399", 39_900, OrderState.PLACED)
    assert "Confirm receipt" in way
    assert "payment confirmed, on the way" in way
    assert "Received? Confirm it here." in waiting
    assert before == 0
    assert hi.member("li").standing.active == 1
    assert "You are activated" in shown(hi, li, "activate")
    assert "receipt confirmed, points granted" in shown(hi, li, f"orders/{order.number}")


def test_only_its_buyer_confirms_a_receipt_and_twice_is_once(hi: AirdropStage) -> None:
    order = hi.send("li", "pack_99")
    hi.browser("wang").post(f"/airdrop/orders/{order.number}/received")
    untouched = Order.objects.get(pk=order.pk).state

    for _ in range(2):
        confirm_receipt(member_id=hi.members["li"].pk, order_id=order.pk)

    assert untouched == OrderState.SENT
    assert hi.member("li").standing.active == 1


def test_what_is_on_its_way_is_not_cancelled_but_taken_back_with_its_money(hi: AirdropStage) -> None:
    order = hi.send("li", "pack_999")
    with pytest.raises(OrderStateError):
        cancel_own_order(member_id=hi.members["li"].pk, order_id=order.pk)

    for _ in range(2):
        take_back_order(order_id=order.pk, operator_id=hi.operators[0], reason="lost on its way")

    order.refresh_from_db()
    assert (order.state, order.reserved, order.fact_id) == (OrderState.CANCELLED, 0, None)
    with pytest.raises(OrderStateError):
        confirm_receipt(member_id=hi.members["li"].pk, order_id=order.pk)
    hi.activate("li", "pack_99")
    hi.settle()
    assert verify(hi.programme.pk) == []


def test_an_airdrop_is_shown_as_weight_over_all_times_quantity(hi: AirdropStage) -> None:
    hi.activate("wang", "pack_99")
    hi.activate("li", "pack_399")
    hi.settle()

    page = said(shown(hi, hi.browser("li"), "weight"))

    assert "My weight that day 899.00 ÷ weight of all activated 1,298.00 × quantity of the day 124.50" in page
    assert "= my airdrop 86.2291987" in page
    assert "For packs +599.00" in page
    assert "My part 69.2604 %" in page


def test_tokens_say_price_cap_and_their_only_use(hi: AirdropStage) -> None:
    hi.price(2)
    hi.fund(1000)

    page = said(shown(hi, hi.browser("li"), "token"))

    assert "Declared price ¥2" in page
    assert "Put aside for rewards 1,000.00 Left 389,000.00" in page
    assert "nobody here buys them back, and they pay for nothing" in page
    assert "Year 3, from 2026-01-01 now 124.50 a day" in page
    assert "nothing about it is promised" in page


def test_who_is_not_activated_is_told_that_inviting_brings_nothing(hi: AirdropStage) -> None:
    li = hi.browser("li")
    before, link = shown(hi, li, "invite"), f"/airdrop/join/{hi.members['li'].invite_code}"
    idle = text_of(guest().get(link))

    hi.activate("li", "pack_99")

    assert "You are not activated yet" in before
    assert "is not activated yet, and is given nothing for inviting you" in idle
    assert "You are not activated yet" not in shown(hi, li, "invite")
    assert "is not activated yet" not in text_of(guest().get(link))


def test_the_way_to_a_rank_counts_referrals_and_team(hi: AirdropStage) -> None:
    page = said(shown(hi, hi.browser("wang"), "partner"))

    assert "To the rank Junior partner Referred by me 1 / 10 9 missing Whole team 2 / 100 98 missing" in page
    assert "orders of the team · of concessions · in tokens worth as much 2 %" in page


def test_challenge_credit_shows_what_unlocks_it_and_how_far_one_is(sport: AirdropStage) -> None:
    sport.activate("li", "card_b")
    record_steps(sport.members["li"].pk, 3200, 6100)

    page = said(shown(sport, sport.browser("li"), "challenge"))

    assert "Frozen 636.00 Unlocked and free 13.00" in page  # 100 + 499 + 50 for Zhao, 10 for Zhao and 3 for running
    assert "Walk 5,000 steps unlocks 2.00, once a day · today 3,200 steps" in page
    assert "Run 3,000 steps done today" in page
    assert "6000 steps reached 1 % of what is frozen now 6.36" in page
    assert "One unlocked point becomes 0.97; 3 % is kept as a fee." in page


def test_the_operator_s_switch_stops_conversions(sport: AirdropStage) -> None:
    li, pair = sport.members["li"].pk, ("challenge_credit", "shopping_credit")
    switch(programme_id=sport.programme.pk, pair=pair, on=False, reason="a check", operator_id=sport.operators[0])
    with pytest.raises(SwitchedOffError):
        convert_points(member_id=li, kind=pair[0], into=pair[1], amount=1_0000, key="a")
    off = said(shown(sport, sport.browser("li"), "challenge"))

    switch(programme_id=sport.programme.pk, pair=pair, on=True, reason="checked", operator_id=sport.operators[0])

    assert "switched off" in off
    assert convert_points(member_id=li, kind=pair[0], into=pair[1], amount=1_0000, key="a").received == 9700


def test_a_newcomer_registers_through_an_invitation(hi: AirdropStage) -> None:
    link = f"/airdrop/join/{hi.members['li'].invite_code}"
    form = {"phone": "13900000009", "name": "孙", "password": LOGIN, "consent": "on"}

    answer = join(guest(), link, form)

    assert answer["Location"] == "/airdrop/"
