"""A centre whose pack is refunded: what the refund says before, and how the console finds it (S2-13, S2-56)."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tests.centers.hall import Hall

LUOHU, FUTIAN = "440303", "440304"


def test_the_refund_of_a_centre_s_pack_says_what_it_means(db: None) -> None:
    from jifen.sales.models import Order
    from tests.centers.hall import open_hall
    from tests.web.airdrop_stage import VERSION_1

    hall = open_hall(VERSION_1.replace("consumes = false", "consumes = true", 1))
    hall.open("wang", LUOHU)
    order = Order.objects.get(member=hall.stage.members["wang"], product="pack_center")

    before = hall.page(f"orders/{order.number}/", role="operator")
    hall.stage.settle()
    after = hall.page(f"orders/{order.number}/", role="operator")

    assert "This member holds 1 centres on 1 packs." in before
    assert "used up" not in before
    assert "50,000.00 Hi of the pack are used up and cannot come back" in after
    assert "Without a pack for each centre none of them earns" in after


def test_centres_without_a_pack_are_listed(hall: "Hall") -> None:
    from jifen.sales.models import Order
    from jifen.sales.refunds import refund_order

    lacking, fine = hall.open("wang", LUOHU), hall.open("li", FUTIAN)
    order = Order.objects.get(member=hall.stage.members["wang"], product="pack_center")
    assert "440303" not in hall.page("centers/?state=lacking")

    refund_order(
        order_id=order.pk, amount=order.amount, reason="changed", operator_id=hall.operators["operator"].pk, key="r"
    )

    listed = hall.page("centers/?state=lacking")
    assert "440303" in listed
    assert "440304" not in listed
    assert "without a pack" in hall.page("centers/")
    assert "lacks a pack for one of the centres" in hall.page(f"centers/{lacking.pk}/")
    assert "lacks a pack" not in hall.page(f"centers/{fine.pk}/")
