"""The rules: one file a rule. The name in a document's `use` is the file's name."""

from jifen.engine.rule import Rule
from jifen.engine.rules.adjustment import Adjustment
from jifen.engine.rules.convert import Convert
from jifen.engine.rules.freeze import Freeze
from jifen.engine.rules.generation_share import GenerationShare
from jifen.engine.rules.grant_locked import GrantLocked
from jifen.engine.rules.member_transfer import MemberTransfer
from jifen.engine.rules.network_volume import NetworkVolume
from jifen.engine.rules.peer_bonus import PeerBonus
from jifen.engine.rules.rank_differential import RankDifferential
from jifen.engine.rules.refund import Refund
from jifen.engine.rules.repurchase import Repurchase
from jifen.engine.rules.reserve import Reserve
from jifen.engine.rules.scheduled_release import ScheduledRelease
from jifen.engine.rules.second_leg_rank import SecondLegRank
from jifen.engine.rules.withdrawal import Withdrawal

RULES: dict[str, type[Rule]] = {
    rule.use: rule
    for rule in (
        Repurchase,
        GrantLocked,
        Reserve,
        SecondLegRank,
        ScheduledRelease,
        GenerationShare,
        RankDifferential,
        PeerBonus,
        MemberTransfer,
        Convert,
        Withdrawal,
        Adjustment,
        Freeze,
        Refund,
        NetworkVolume,
    )
}
