"""operation_center: members open operation centres, one in a region."""

from typing import ClassVar

from pydantic.dataclasses import dataclass

from jifen.engine.facts import NOBODY
from jifen.engine.message import Message, say
from jifen.engine.posting import Posting
from jifen.engine.regions import Level, level_of
from jifen.engine.rule import STRICT, ActionFact, Rule
from jifen.engine.trade import Center


@dataclass(frozen=True, kw_only=True, config=STRICT)
class OperationCenter(Rule):
    """Let a member have the operating right of a region (S2-13, S2-15, S2-56, S2-Q12).

    With `pack` each centre takes a standing pack of that name, with `rank` a partner of that rank or a higher one,
    with `levels` a region of one of these levels. Whoever is the nearest centre above when a centre opens has promoted
    it (S2-14, S2-58). While packs are missing, because they were refunded, none of a member's centres earns.
    """

    use: ClassVar[str] = "operation_center"
    section: ClassVar[str] = "on_center"
    actions: ClassVar[tuple[str, ...]] = ("open_center", "close_center")

    pack: str = ""
    rank: str = ""
    levels: tuple[Level, ...] = ()

    def act(self, posting: Posting, action: ActionFact) -> Message | None:
        """Open a centre or close it, or return why not."""
        code, centers = action.to_kind, posting.book.centers
        if action.action == "close_center":
            if code not in centers or centers[code].member != action.member:
                return say("the centre of {region} is not the member's", region=code)
            del centers[code]
            return None
        why = self._refuse(posting, action)
        if why is not None:
            return why
        holders, forest = {center.member for center in centers.values()}, posting.forest or posting.book.forest
        parent = next((member for member in forest.ancestors(action.member) if member in holders), NOBODY)
        centers[code] = Center(action.member, parent)
        return None

    def _refuse(self, posting: Posting, action: ActionFact) -> Message | None:
        """Return why a centre may not open, or None."""
        book, position = posting.book, posting.book.at(action.member)
        if self.levels and level_of(action.to_kind) not in self.levels:
            level, levels = level_of(action.to_kind), ", ".join(self.levels)
            return say(
                "{region} is a {level}; centres are of a {levels}", region=action.to_kind, level=level, levels=levels
            )
        if action.to_kind in book.centers:
            return say("the region {region} has a centre", region=action.to_kind)
        held = sum(center.member == action.member for center in book.centers.values())
        if self.pack and book.center_packs[position] <= held:
            return say("each centre takes a pack {pack}, and the member has none left", pack=self.pack)
        if self.rank and int(book.rank[position]) < posting.rank_names.index(self.rank) + 1:
            return say("only a partner of rank {rank} may open a centre", rank=self.rank)
        return None
