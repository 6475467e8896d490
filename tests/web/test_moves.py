"""Wallets, conversions and transfers in a browser: looked at once more, confirmed, done once."""

import re
from datetime import UTC, datetime
from decimal import Decimal

import pytest
from django.test import Client

from jifen.ledger.reading import balances
from jifen.members.login import LOOKUPS_MAX
from jifen.payouts.freezing import freeze
from jifen.payouts.models import PointMove
from jifen.programmes.declared import declare
from tests.web.stage import PHONES, POINT, Stage, guest, key_in, text_of

HIDDEN = re.compile(r'<input type="hidden" name="(\w+)" value="([^"]*)"')


def fields_of(page: str) -> dict[str, str]:
    """Return what a page's form would send along unseen."""
    found = {name: value.replace("&gt;", ">") for name, value in HIDDEN.findall(page)}
    return {name: value for name, value in found.items() if name != "csrfmiddlewaretoken"}


def price(stage: Stage, value: str) -> None:
    declare(
        programme_id=stage.programme.pk,
        name="token_price",
        value=Decimal(value),
        starts_at=datetime.now(UTC),
        operator_id=stage.operators[0],
    )


def free(stage: Stage, name: str, kind: str = "points") -> int:
    return balances(stage.members[name].pk).get((kind, "free"), 0)


def ask(client: Client, page: str, **typed: str) -> str:
    key = key_in(client.get(f"/release/{page}"))
    return text_of(client.post(f"/release/{page}", {"key": key, **typed}))


def test_wallets_say_what_each_kind_may_do(stage: Stage, wang: Client) -> None:
    stage.give("wang", 500)

    wallets, points, token = (text_of(wang.get(f"/release/wallets{page}")) for page in ("", "/points", "/token"))

    assert "withdraw · pay for goods · convert into token · give to members" in wallets
    assert "500.00" in wallets
    assert "Pay up to 30 % of the price of goods." in points
    assert "Convert into token at the price of the moment. It cannot be turned back." in points
    assert 'href="/release/convert?pair=points%3Etoken"' in points
    assert 'href="/release/transfer?kind=points"' in points
    assert "Adjusted by an operator" in points
    assert "/release/transfer" not in token


def test_a_wallet_of_no_kind_is_not_found(wang: Client) -> None:
    assert wang.get("/release/wallets/gold").status_code == 404


def test_the_chart_of_a_wallet_goes_back_from_what_is_free_now(stage: Stage, wang: Client) -> None:
    stage.give("wang", 500)
    day = stage.settle()
    stage.give("wang", 100)

    page = text_of(wang.get("/release/wallets/points"))

    assert f"{day}: 500.00" in page
    assert ": 600.00" in page


def test_a_conversion_is_looked_at_and_then_done(stage: Stage, wang: Client) -> None:
    stage.give("wang", 500)
    price(stage, "1.25")

    review = ask(wang, "convert", pair="points>token", amount="70")
    fields = fields_of(review)
    before = free(stage, "wang")
    answer = wang.post("/release/convert", fields, follow=True)

    assert "Is this right?" in review
    assert "56.00" in review
    assert "¥1.25" in review
    assert "This cannot be turned back" in review
    assert before == 500 * POINT
    assert "Converted." in text_of(answer)
    assert free(stage, "wang", "token") == 56 * 10**8
    assert free(stage, "wang") == 430 * POINT


def test_a_confirmation_that_is_sent_twice_converts_once(stage: Stage, wang: Client) -> None:
    stage.give("wang", 500)
    price(stage, "1.25")
    fields = fields_of(ask(wang, "convert", pair="points>token", amount="70"))

    first, second = (wang.post("/release/convert", fields) for _ in range(2))

    assert (first.status_code, second.status_code) == (302, 302)
    assert PointMove.objects.count() == 1


def test_a_price_that_moved_is_looked_at_again(stage: Stage, wang: Client) -> None:
    stage.give("wang", 500)
    price(stage, "1.25")
    fields = fields_of(ask(wang, "convert", pair="points>token", amount="70"))
    price(stage, "1.40")

    page = text_of(wang.post("/release/convert", fields))

    assert "the price has changed since you looked; nothing was converted" in page
    assert "50.00" in page  # what it would be now
    assert free(stage, "wang") == 500 * POINT


def test_the_quote_of_a_conversion_follows_the_form(stage: Stage, wang: Client) -> None:
    stage.give("wang", 500)
    price(stage, "1.25")

    quote = text_of(wang.get("/release/convert/quote", {"pair": "points>token", "amount": "70", "key": "x"}))
    nothing = text_of(wang.get("/release/convert/quote", {"pair": "points>token", "amount": "x", "key": "x"}))

    assert "56.00" in quote
    assert "<html" not in quote
    assert "56.00" not in nothing


@pytest.mark.parametrize(
    ("amount", "value", "why"),
    [
        ("600", "1", "too few free points"),
        ("0", "1", "choose a kind of points and an amount above 0"),
        ("70", "", "no token_price is declared for this moment"),
        ("0.0001", "99999999", "worth less than the smallest unit of token"),
        ("x", "1", "Type a number with at most 4 decimals."),
    ],
)
def test_a_conversion_that_cannot_be_is_refused_beside_its_amount(
    stage: Stage, wang: Client, amount: str, value: str, why: str
) -> None:
    stage.give("wang", 500)
    if value:
        price(stage, value)

    assert why in ask(wang, "convert", pair="points>token", amount=amount)
    assert not PointMove.objects.exists()


def test_a_pair_that_the_programme_does_not_convert_is_no_choice(stage: Stage, wang: Client) -> None:
    stage.give("wang", 500)

    assert "token&gt;points" in ask(wang, "convert", pair="token>points", amount="1")
    assert not PointMove.objects.exists()


def test_points_are_given_after_a_look_at_the_nickname(stage: Stage, wang: Client) -> None:
    stage.give("wang", 500)

    review = ask(wang, "transfer", to=PHONES["li"], kind="points", amount="70")
    answer = wang.post("/release/transfer", fields_of(review), follow=True)

    assert "李**" in review
    assert stage.members["li"].code in review
    assert "李雷" not in review
    assert PHONES["li"] not in review
    assert f"Given to 李** {stage.members['li'].code}." in text_of(answer)
    assert (free(stage, "wang"), free(stage, "li")) == (430 * POINT, 70 * POINT)


def test_a_transfer_stands_in_both_statements_with_its_why(stage: Stage, wang: Client, li: Client) -> None:
    stage.give("wang", 500)
    wang.post("/release/transfer", fields_of(ask(wang, "transfer", to=PHONES["li"], kind="points", amount="70")))

    for client, amount in ((wang, "-70.00"), (li, "+70.00")):
        page = client.get("/release/statement", {"rule": "member_transfer"})
        (line,) = page.context["page"].lines
        why = text_of(client.get(f"/release/why/{line.transfer_id}"))
        assert line.amount.signed == amount
        assert "S4-19" in why


def test_a_transfer_that_is_sent_twice_gives_once(stage: Stage, wang: Client) -> None:
    stage.give("wang", 500)
    fields = fields_of(ask(wang, "transfer", to=stage.members["li"].invite_code, kind="points", amount="70"))

    wang.post("/release/transfer", fields)
    wang.post("/release/transfer", fields)

    assert free(stage, "li") == 70 * POINT


def test_a_key_that_was_used_for_another_transfer_is_refused(stage: Stage, wang: Client) -> None:
    stage.give("wang", 500)
    fields = fields_of(ask(wang, "transfer", to=PHONES["li"], kind="points", amount="70"))
    wang.post("/release/transfer", fields)

    page = text_of(wang.post("/release/transfer", {**fields, "amount": "71"}))

    assert "this was already sent with other contents" in page
    assert free(stage, "li") == 70 * POINT


@pytest.mark.parametrize(
    ("to", "amount", "why"),
    [
        ("13911112222", "1", "nobody in this programme has this phone or code; ask the person for it again"),
        ("13800000001", "1", "this is you; name another member"),
        ("13800000002", "501", "too few free points"),
        ("13800000002", "0", "choose a kind of points and an amount above 0"),
    ],
)
def test_a_transfer_that_cannot_be_is_refused(stage: Stage, wang: Client, to: str, amount: str, why: str) -> None:
    stage.give("wang", 500)

    assert why in ask(wang, "transfer", to=to, kind="points", amount=amount)
    assert not PointMove.objects.exists()


def test_a_kind_whose_switch_is_off_is_no_choice(stage: Stage, wang: Client) -> None:
    stage.give("wang", 500)

    page = ask(wang, "transfer", to=PHONES["li"], kind="token", amount="1")

    assert "Is this right?" not in page
    assert not PointMove.objects.exists()


def test_nobody_finds_names_by_trying(stage: Stage, wang: Client) -> None:
    key = key_in(wang.get("/release/transfer"))
    typed = {"key": key, "kind": "points", "amount": "1"}
    for number in range(LOOKUPS_MAX):
        wang.post("/release/transfer", {**typed, "to": f"M{10**9 + number}"})

    page = text_of(wang.post("/release/transfer", {**typed, "to": PHONES["li"]}))

    assert "too many tries; wait 15 minutes and try again" in page
    assert "李" not in page


@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_a_frozen_member_is_told_and_moves_nothing(stage: Stage, language: str) -> None:
    stage.give("wang", 500)
    price(stage, "1")
    wang = stage.browser("wang", language=language)
    fields = {
        "convert": fields_of(ask(wang, "convert", pair="points>token", amount="70")),
        "transfer": fields_of(ask(wang, "transfer", to=PHONES["li"], kind="points", amount="70")),
    }
    freeze(member_id=stage.members["wang"].pk, operator_id=stage.operators[0], reason="two accounts")

    for page, sent in fields.items():
        shown, refused = text_of(wang.get(f"/release/{page}")), text_of(wang.post(f"/release/{page}", sent))
        assert {"en": "Your account is frozen", "zh-hans": "您的账户已冻结"}[language] in shown
        assert {"en": "the member is frozen", "zh-hans": "该会员已被冻结"}[language] in refused
    assert free(stage, "wang") == 500 * POINT


@pytest.mark.parametrize("page", ["wallets", "wallets/points", "convert", "convert/quote", "transfer"])
def test_a_guest_is_sent_to_the_login(stage: Stage, page: str) -> None:
    answer = guest().get(f"/release/{page}")

    assert answer.status_code == 302
    assert "/release/login" in answer["Location"]


def test_the_withdrawal_begins_with_the_kind_that_was_asked_for(stage: Stage, wang: Client) -> None:
    assert '<option value="token" selected>' in text_of(wang.get("/release/withdraw?kind=token"))
