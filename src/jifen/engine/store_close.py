"""The close of a day at the stores: takings less commission, to shareholders, partners and owners (S1-27 … S1-36)."""

from typing import TYPE_CHECKING

from jifen.engine.amounts import MONEY, share_out
from jifen.engine.facts import NOBODY, Stores
from jifen.engine.lines import DIVIDENDS, FREE, PLATFORM, TAKINGS, StoreClose
from jifen.engine.posting import Posting, Row

if TYPE_CHECKING:
    from jifen.engine.programme import Programme


def pay_stores(posting: Posting, programme: "Programme", stores: Stores) -> None:
    """Pay out what each store has taken, where it is more than nothing; and on payday what partners are owed."""
    if programme.takings is None:
        return
    book = posting.book.stores
    for store in range(len(stores)):
        if book.turnover[store] > 0 and book.net[store] > 0:
            _Payment(posting, programme, stores, store).pay()
        if programme.partners is not None and programme.partners.pays_on(posting.day) and book.fund[store]:
            _pay_partners(posting, programme, stores, store)


class _Payment:
    """The takings of one store on one day, paid part by part; no part is more than what is left of them."""

    def __init__(self, posting: Posting, programme: "Programme", stores: Stores, store: int) -> None:
        self.posting, self.programme, self.stores, self.store = posting, programme, stores, store
        self.turnover, self.net = int(posting.book.stores.turnover[store]), int(posting.book.stores.net[store])
        self.rest = self.net

    def pay(self) -> None:
        """Pay shareholders, set aside for partners, credit the owner; then the store's sums begin anew."""
        book = self.posting.book.stores
        book.turnover[self.store] = book.net[self.store] = 0
        self.posting.stores.append(StoreClose(self.store, self.turnover, self.net))
        self._pay_shareholders()
        self._set_aside()
        owner = int(self.stores.owner[self.store])
        to = owner if owner != NOBODY else PLATFORM
        self._transfer("store", "store_takings", to, self.rest)

    def _pay_shareholders(self) -> None:
        rule, book = self.programme.store_shares, self.posting.book
        holders = sorted(book.shareholders.get(self.store, {}).items())
        if rule is None:
            return
        for member, holder in holders:
            self._pay_member(rule.use, member, rule.part(self.turnover, holder))
        for member, holder in holders:
            if holder.initiator:
                self._pay_member("store_management", member, rule.management.floor(self.turnover))

    def _pay_member(self, rule: str, member: int, due: int) -> None:
        part = min(self.rest, due)
        self.posting.block(member, rule, due - part, MONEY)
        self.rest -= part
        self._transfer(rule, rule, member, part, self.posting.member_codes[member])

    def _set_aside(self) -> None:
        rule, book = self.programme.partners, self.posting.book
        if rule is None or not book.partners(self.store):
            return
        part = min(self.rest, rule.set_aside(self.net))
        self.rest -= part
        book.stores.fund[self.store] += part
        self._transfer(rule.use, rule.use, DIVIDENDS, part)

    def _transfer(self, path: str, rule: str, to: int, amount: int, code: str = "") -> None:
        rows = (Row(TAKINGS, MONEY, FREE, -amount), Row(to, MONEY, FREE, amount))
        key = f"{path}/{self.stores.codes[self.store]}"
        self.posting.transfer(key=f"{key}/{code}" if code else key, rule=rule, rows=rows)


def _pay_partners(posting: Posting, programme: "Programme", stores: Stores, store: int) -> None:
    """Share out what was set aside for a store's partners; what rounding leaves stays for the next time."""
    rule, book = programme.partners, posting.book.stores
    assert rule is not None
    partners, patrons = posting.book.partners(store), posting.book.patrons.get(store, {})
    weights = [patrons[member].amount if rule.weights == "amount" else 1 for member in partners]
    shares, left = share_out(int(book.fund[store]), weights)
    posting.stores.append(StoreClose(store, fund=int(book.fund[store]), weight=sum(weights)))
    book.fund[store] = left
    for member, share in zip(partners, shares, strict=True):
        rows = (Row(DIVIDENDS, MONEY, FREE, -share), Row(member, MONEY, FREE, share))
        key = f"dividend/{stores.codes[store]}/{posting.member_codes[member]}"
        posting.transfer(key=key, rule="store_dividend", rows=rows)


def find_partners(posting: Posting, programme: "Programme") -> None:
    """Find who is a partner of which store from now on (S1-28)."""
    rule, book = programme.partners, posting.book
    same, book.partner_rule = rule == book.partner_rule, rule
    whole = ((store, member) for store, patrons in book.patrons.items() for member in patrons)
    for store, member in book.changed_patrons if same else list(whole):
        patron = book.patrons[store][member]
        partner = rule is not None and rule.qualifies(patron)
        if partner != patron.partner:
            patron.partner, patron.since = partner, posting.day if partner else 0
            book.forget_partners(store)
    book.changed_patrons.clear()
