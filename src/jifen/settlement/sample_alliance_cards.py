"""The member cards of an alliance's sample: a batch, a range for each store, and a card for each of its members."""

from collections import defaultdict
from datetime import datetime

from django.db import connection

from jifen.cards.models import Card, CardBatch, CardDeed, CardRange, CardState, RangeState
from jifen.cards.ranges import payment_key
from jifen.cards.terms import DIGITS_MAX, price_of
from jifen.engine.days import date_of, day_number
from jifen.engine.facts import NOBODY
from jifen.programmes.models import Programme
from jifen.sales.receipts import Receipt, take_in
from jifen.settlement.importing import SAMPLE_PROVIDER, Importer, moment_of
from jifen.settlement.sample_growth import REASON
from jifen.stores.models import Store

PREFIX = "6208"
SPARE, ROUND = 15, 10  # cards of a range that are still in stock at least; ranges are of tens
BOUND = 3  # of every four cards
LOST = 40  # one of so many is lost

_STEP = """
INSERT INTO cards_cardstep (card_id, deed, at, member_id, reason) VALUES (%s, %s, %s, %s, '')
"""


class Cards:
    """Stores buy cards when they open, and give one to each member whom they register (S3-06, S3-09, S3-18)."""

    def __init__(self, importer: Importer, stores: list[Store], second_operator_id: int) -> None:
        self.importer, self.stores, self.second = importer, stores, second_operator_id
        self.programme = Programme.objects.get(pk=importer.programme_id)
        self.rule, homes = importer.terms.newest.member_cards, importer.facts.members.home
        self.members: defaultdict[int, list[int]] = defaultdict(list)  # by store, in the order of joining
        for member, home in enumerate(homes.tolist() if homes is not None else []):
            if home != NOBODY:
                self.members[home].append(member)
        self.ranges: dict[int, CardRange] = {}
        self.next = 0
        if self.rule is not None:
            self.batch = self._make_batch()

    def on_day(self, day: int) -> None:
        """Let the stores that open on a day buy their cards, and post the money."""
        if self.rule is None:
            return
        for number, store in enumerate(self.stores):
            if day_number(store.joined_on) == day:
                self._buy(number, store)

    def finish(self) -> None:
        """Give every member of a store a card, and leave the others in stock."""
        for number, found in self.ranges.items():
            numbers = iter(range(found.first or 0, (found.last or 0) + 1))
            issued = [self._issued(found, next(numbers), member) for member in self.members[number]]
            cards = [*issued, *(self._card(found, one) for one in numbers)]
            Card.objects.bulk_create(cards)
            self._note_steps(number, [card for card in cards if card.member_id is not None])

    def _make_batch(self) -> CardBatch:
        """Note the cards that head office had made: enough for all ranges, and as many again."""
        assert self.rule is not None
        serials = min(self.rule.digits, DIGITS_MAX) - len(PREFIX)
        count = 2 * sum(self._count(number) for number in range(len(self.stores)))
        self.next = int(PREFIX) * 10**serials + 1
        return CardBatch.objects.create(
            programme=self.programme, key="sample", prefix=PREFIX, first=self.next, last=self.next + count - 1,
            note=REASON, made_by_id=self.importer.operator_id,
        )  # fmt: skip

    def _count(self, number: int) -> int:
        return -(-(len(self.members[number]) + SPARE) // ROUND) * ROUND

    def _buy(self, number: int, store: Store) -> None:
        """Write a range that was applied for, paid online and approved on the day on which its store opened."""
        count, at = self._count(number), moment_of(store.joined_tick)
        assert self.rule is not None
        assert store.owner_id is not None
        price = price_of(self.rule)
        found = CardRange.objects.create(
            programme=self.programme, store=store, member_id=store.owner_id, key="sample", state=RangeState.PAID,
            count=count, price=price, cost=price * count, version_id=self.importer.terms.version_ids[0],
            applied_at=at, paid_on=store.joined_on, provider=SAMPLE_PROVIDER,
        )  # fmt: skip
        receipt = Receipt(
            programme_id=self.programme.pk, member_id=found.member_id, day=store.joined_on, operator_id=None,
            key=payment_key(found), rule="payment", cause=f"cards of store {store.code}", provider=found.provider,
        )  # fmt: skip
        found.reserved = take_in(receipt, found.cost, version_id=found.version_id)
        found.state, found.batch, found.first, found.last = (
            RangeState.APPROVED,
            self.batch,
            self.next,
            self.next + count - 1,
        )
        found.decided_by_id, found.decided_at, found.reason = self.second, at, REASON
        found.save()
        self.next += count
        self.ranges[number] = found

    def _card(self, found: CardRange, number: int) -> Card:
        return Card(programme=self.programme, store=found.store, range=found, number=number)

    def _issued(self, found: CardRange, number: int, member: int) -> Card:
        """Return the card of a member: bound to the account, or not yet; one here and there is lost."""
        members, card = self.importer.facts.members, self._card(found, number)
        joined = moment_of(int(members.at[member]))
        card.member_id, card.key = self.importer.ids[member], f"sample/{member}"
        card.issued_on, card.state = date_of(int(members.day[member])), CardState.ISSUED
        if member % LOST == LOST - 1:
            card.state, card.lost_at = CardState.LOST, joined
        elif member % (BOUND + 1):
            card.state, card.bound_at = CardState.BOUND, joined
        return card

    def _note_steps(self, number: int, cards: list[Card]) -> None:
        """Write who issued which card when, and who bound or lost it; their moments are the sample's."""
        owner, ticks = self.stores[number].owner_id, self.importer.facts.members.at
        rows: list[tuple[int, str, datetime, int | None]] = []
        for card, member in zip(cards, self.members[number], strict=True):
            at = moment_of(int(ticks[member]))
            rows.append((card.pk, CardDeed.ISSUED, at, owner))
            if card.state != CardState.ISSUED:
                deed = CardDeed.BOUND if card.state == CardState.BOUND else CardDeed.LOST
                rows.append((card.pk, deed, at, card.member_id))
        with connection.cursor() as cursor:
            cursor.executemany(_STEP, rows)
