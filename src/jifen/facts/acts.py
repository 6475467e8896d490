"""The audit of operators' acts."""

from jifen.facts.models import Act


def note_act(*, operator_id: int, act: str, subject: str, reason: str = "") -> Act:
    """Note what an operator did to what ("M7", "order 20261122-1"), in the transaction of the act itself."""
    return Act.objects.create(operator_id=operator_id, act=act, subject=subject, reason=reason)
