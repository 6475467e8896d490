"""What agents sold: what they and everybody below bought, without the teams of agents below."""

import numpy as np
from numpy.typing import NDArray

from jifen.engine.facts import Int32s, Int64s
from jifen.engine.kernels import kernel


@kernel
def sales_of_agents(size: Int32s, before: Int64s, agent: NDArray[np.bool_], sales: Int64s) -> None:
    """Fill `sales` by position, which come as zeros; `before` are running sums of what was bought."""
    opened = np.zeros(len(agent), np.int32)
    top = 0
    for p in range(len(agent)):
        if not agent[p]:
            continue
        while top > 0 and opened[top - 1] + size[opened[top - 1]] <= p:
            top -= 1
        team = before[p + size[p]] - before[p]
        sales[p] += team
        if top > 0:
            sales[opened[top - 1]] -= team
        opened[top] = p
        top += 1
