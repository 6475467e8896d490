"""Orders of the mall belong to the region of their address: operation centres share in them (S2-26, S2-50, S2-57)."""

import pytest

LUOHU, SHENZHEN = "440303", "440300"
POINT = 10_000  # minor units of weight


@pytest.mark.django_db
def test_a_centre_is_paid_for_service_cards_and_goods_that_go_into_its_area() -> None:
    """In 120 % of their amounts at the close; replaying the book finds the same, and a refund takes its part back."""
    from jifen.centers.applying import Wish, apply_for_center, approve_application
    from jifen.sales.models import Order, Product
    from jifen.sales.orders import confirm_payment
    from jifen.sales.packs import list_pack
    from jifen.sales.placing import Payment, Sent, place
    from jifen.sales.receiving import confirm_receipt
    from jifen.sales.refunds import refund_order
    from jifen.settlement.verify import verify
    from tests.sales.homes import HOME, WEST_LAKE
    from tests.web.airdrop_stage import SPORT, YUAN, build_airdrop_stage

    stage = build_airdrop_stage(
        SPORT.replace('rank = "senior"', 'rank = ""').replace("launch = 2024-01-01", "launch = 2999-01-01")
    )
    stage.activate("wang", "card_center")
    wish = Wish(SHENZHEN, "I live there")
    asked = apply_for_center(member_id=stage.members["wang"].pk, wish=wish, key="a")
    approve_application(application_id=asked.pk, operator_id=stage.operators[0], reason="fits")
    stage.settle()
    card = list_pack(stage.programme.pk, "card_a")
    tea = Product.objects.create(
        programme=stage.programme, code="tea", title="茶", title_en="Tea", price=1_000 * YUAN, concession=None
    )

    def order(product: Product, region: str) -> Order:
        to = HOME if region == LUOHU else type(HOME)(HOME.name, HOME.phone, HOME.address, region)
        wanted, key = {product.pk: 1}, stage.key()
        placed = place(stage.members["zhao"].pk, wanted, Payment(), Sent(key, to=to))
        return confirm_payment(order_id=placed.pk, operator_id=stage.operators[0])

    def weight() -> int:
        from jifen.ledger.reading import balances

        return balances(stage.members["wang"].pk)["weight", "free"]

    before = weight()
    confirm_receipt(member_id=stage.members["zhao"].pk, order_id=order(card, LUOHU).pk)
    bought = order(tea, LUOHU)
    order(tea, WEST_LAKE)
    stage.settle()
    earned = weight() - before
    refund_order(order_id=bought.pk, amount=500 * YUAN, reason="broken", operator_id=stage.operators[0], key="back")

    # 120 % of 99 and of 1000 in the area; Wang also stands above Zhao, with 2 % at most of what is bought anywhere.
    assert bought.region == LUOHU
    assert 0 <= earned - (99 + 1_000) * 12 * POINT // 10 <= (99 + 2_000) * POINT // 5
    assert (earned - weight() + before) >= 500 * 12 * POINT // 10
    assert verify(stage.programme.pk) == []
