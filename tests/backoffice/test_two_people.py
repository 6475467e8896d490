"""What takes two people: the second is never the first."""

from datetime import timedelta

from jifen.facts.days import open_day
from jifen.ledger.reading import balances
from jifen.members.models import Move
from jifen.payouts.models import Adjustment, TopUp
from jifen.programmes.models import Version
from tests.backoffice.office import DOCUMENT, POINT, Office, send, text_of


def test_who_approves_a_withdrawal_does_not_pay_it(office: Office) -> None:
    office.buy("Wang")
    office.give("Wang", 100)
    withdrawal = office.ask("Wang", 60)
    address = office.address(f"withdrawals/{withdrawal.pk}/")

    send(office.desk("finance"), address, "approve")
    own = send(office.desk("finance"), address, "pay")
    other = send(office.desk("chief"), address, "pay", reason="bank 77")

    withdrawal.refresh_from_db()
    assert "You approved it, so another operator must pay it." in own
    assert "Paid out of the reserve." in other
    assert (withdrawal.state, withdrawal.paid_by) == ("paid", office.operators["chief"])


def test_a_rejected_withdrawal_gives_the_points_back(office: Office) -> None:
    office.give("Wang", 100)
    withdrawal = office.ask("Wang", 60)

    said = send(office.desk("finance"), office.address(f"withdrawals/{withdrawal.pk}/"), "reject", reason="wrong name")

    assert "wrong name" in said
    assert balances(office.member("Wang").pk)["points", "free"] == 100 * POINT


def test_who_proposes_an_adjustment_does_not_approve_it(office: Office) -> None:
    wang = office.member("Wang")

    said = send(
        office.desk("approver"), office.address(f"members/{wang.pk}/"), "adjust", kind="points", amount="12.3456"
    )
    proposal = Adjustment.objects.get()
    address = office.address(f"adjustments/{proposal.pk}/")
    own = send(office.desk("approver"), address, "approve")
    before = balances(wang.pk).get(("points", "free"), 0)
    other = send(office.desk("chief"), address, "approve")

    assert "Nothing is posted before another operator approves it." in said
    assert "You proposed it, so another operator must decide." in own
    assert before == 0
    assert "Approved and posted." in other
    assert balances(wang.pk)["points", "free"] == 123_456


def test_a_top_up_of_the_reserve_takes_two(office: Office) -> None:
    said = send(office.desk("finance"), office.address("reserve/"), "top_up", amount="5000", reason="account 12")
    address = office.address(f"reserve/{TopUp.objects.get().pk}/")
    send(office.desk("approver"), address, "approve")

    assert "Proposed. Another operator approves it." in said
    assert "¥5,000.00" in text_of(office.desk("finance").get(office.address("accounts/")))


def test_a_version_takes_two_and_a_future_day(office: Office) -> None:
    text = DOCUMENT.replace("rate = 0.012", "rate = 0.01")
    answer = office.desk("approver").post(office.address("versions/draft/"), {"note": "slower", "text": text})
    address = office.address("versions/2/")
    tomorrow = str(open_day(office.programme.pk) + timedelta(days=1))

    first = send(office.desk("approver"), address, "approve", effective_from=tomorrow)
    again = send(office.desk("approver"), address, "approve", effective_from=tomorrow)
    send(office.desk("chief"), address, "approve", effective_from=tomorrow)

    assert answer.status_code == 302
    assert "Approved." in first
    assert "-rate = 0.012" in first
    assert "+rate = 0.01" in first
    assert "You approved it. Another operator must approve it too." in again
    assert Version.objects.get(number=2).state == "approved"


def test_a_wrong_document_is_answered_with_line_and_sentence(office: Office) -> None:
    text = DOCUMENT.replace("rate = 0.012", "rate = -1")
    line = next(n for n, row in enumerate(text.splitlines(), start=1) if row == "rate = -1")

    answer = office.desk("approver").post(office.address("versions/draft/"), {"note": "faster", "text": text})

    assert f"line {line}, daily[1].rate:" in text_of(answer)
    assert Version.objects.count() == 1


def test_a_draft_is_withdrawn_and_kept(office: Office) -> None:
    text = DOCUMENT.replace("rate = 0.012", "rate = 0.01")
    office.desk("approver").post(office.address("versions/draft/"), {"note": "slower", "text": text})

    said = send(office.desk("approver"), office.address("versions/2/"), "withdraw")

    assert "The draft is withdrawn. Its text is kept." in said
    assert Version.objects.get(number=2).text == text


def test_a_member_is_moved_from_an_open_day_on(office: Office) -> None:
    office.member("Wang")
    office.member("Li", referrer="Wang")
    zhao = office.member("Zhao")
    address, day = office.address(f"members/{zhao.pk}/"), open_day(office.programme.pk)

    closed = send(
        office.desk("operator"), address, "move", referrer="M1x", effective_on=str(day), reason="a wrong code"
    )
    moved = send(
        office.desk("operator"),
        address,
        "move",
        referrer=office.member("Li").code,
        effective_on=str(day),
        reason="asked for it",
    )

    assert "No member of this programme has this code." in closed
    assert f"It counts from the close of {day} on." in moved
    assert Move.objects.get().operator == office.operators["operator"]


def test_a_ring_of_referrers_is_refused_in_words(office: Office) -> None:
    wang = office.member("Wang")
    li = office.member("Li", referrer="Wang")
    day = str(open_day(office.programme.pk))

    said = send(
        office.desk("operator"), office.address(f"members/{wang.pk}/"), "move", referrer=li.code, effective_on=day
    )

    assert "the new referrer stands below the member" in said
    assert not Move.objects.exists()


def test_a_closed_day_takes_no_move(office: Office) -> None:
    wang, li = office.member("Wang"), office.member("Li")
    office.buy("Wang")
    day = office.settle()

    said = send(
        office.desk("operator"), office.address(f"members/{wang.pk}/"), "move", referrer=li.code, effective_on=str(day)
    )

    assert f"{day} is closed" in said


def test_a_member_is_frozen_and_allowed_again(office: Office) -> None:
    wang = office.member("Wang")
    client, address = office.desk("operator"), office.address(f"members/{wang.pk}/")

    frozen = send(client, address, "freeze", reason="under review", key="a")
    again = send(client, address, "unfreeze", reason="cleared", key="b")

    assert "Withdrawals of this member are frozen." in frozen
    assert "withdrawals frozen" in frozen
    assert "The member may withdraw again." in again
