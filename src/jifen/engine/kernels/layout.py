"""The pre-order layout of a referral forest."""

import numpy as np

from jifen.engine.facts import Int32s
from jifen.engine.kernels import kernel


@kernel
def bottom_up(referrer: Int32s) -> Int32s:
    """Return the members, everybody below a member before it; fewer than all when there is a cycle."""
    n = len(referrer)
    order = np.empty(n, np.int32)
    joined_after_referrer = True
    for v in range(n):
        if referrer[v] >= v:
            joined_after_referrer = False
            break
    if joined_after_referrer:
        for v in range(n):
            order[v] = n - 1 - v
        return order

    waiting = np.zeros(n, np.int32)  # children not yet in `order`
    for v in range(n):
        if referrer[v] >= 0:
            waiting[referrer[v]] += 1
    done = 0
    for v in range(n):
        if waiting[v] == 0:
            order[done] = v
            done += 1
    first = 0
    while first < done:
        parent = referrer[order[first]]
        first += 1
        if parent >= 0:
            waiting[parent] -= 1
            if waiting[parent] == 0:
                order[done] = parent
                done += 1
    return order[:done]


@kernel
def subtree_sizes(referrer: Int32s, order: Int32s) -> Int32s:
    """Return the number of members in each member's subtree, itself included; `order` is bottom_up(referrer)."""
    size = np.ones(len(referrer), np.int32)
    for i in range(len(order)):
        v = order[i]
        if referrer[v] >= 0:
            size[referrer[v]] += size[v]
    return size


@kernel
def pre_order(referrer: Int32s, order: Int32s, size: Int32s) -> Int32s:
    """Return each member's position: behind its referrer, its subtree without a gap; `order` is bottom_up(referrer)."""
    n = len(referrer)
    position = np.empty(n, np.int32)
    following = np.empty(n, np.int32)  # where the next child goes
    next_root = 0
    for i in range(n - 1, -1, -1):
        v = order[i]
        parent = referrer[v]
        if parent < 0:
            position[v] = next_root
            next_root += size[v]
        else:
            position[v] = following[parent]
            following[parent] += size[v]
        following[v] = position[v] + 1
    return position
