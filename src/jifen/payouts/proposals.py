"""What is common to proposals: decided once, approved by a different operator than the one who proposed."""

from typing import TypeVar

from django.utils import timezone

from jifen.engine.message import say
from jifen.payouts.errors import PayoutError
from jifen.payouts.models import Proposal, ProposalState
from jifen.payouts.reasons import SamePersonError

P = TypeVar("P", bound=Proposal)


class ProposalKeyReusedError(PayoutError):
    """The key already names another proposal (G2)."""

    def __init__(self) -> None:
        super().__init__(
            say("this proposal was already sent with other contents; look at the list, then begin a new one")
        )


class ProposalDecidedError(PayoutError):
    """Somebody decided before, and differently."""

    def __init__(self) -> None:
        super().__init__(say("this proposal was already decided; open it again to see by whom"))


def locked(model: type[P], proposal_id: int) -> P:
    """Return a proposal that nobody else can decide until the transaction ends."""
    return model._default_manager.select_for_update(no_key=True, of=("self",)).get(id=proposal_id)


def decided_as(proposal: Proposal, state: ProposalState, *, operator_id: int) -> bool:
    """Return whether the operator decided so before; refuse when it was decided otherwise."""
    if proposal.state == ProposalState.PROPOSED:
        return False
    if proposal.state != state or proposal.decided_by_id != operator_id:
        raise ProposalDecidedError
    return True


def approve(proposal: Proposal, *, operator_id: int) -> None:
    """Note the approval of a locked proposal; the caller posts and saves it."""
    if proposal.proposed_by_id == operator_id:
        raise SamePersonError
    proposal.state, proposal.decided_by_id, proposal.decided_at = ProposalState.APPROVED, operator_id, timezone.now()


def reject(proposal: Proposal, *, operator_id: int, reason: str) -> None:
    """Note and save the rejection of a locked proposal; whoever proposed may take it back so."""
    proposal.state, proposal.decided_by_id, proposal.decided_at = ProposalState.REJECTED, operator_id, timezone.now()
    proposal.rejection = reason
    proposal.save()
