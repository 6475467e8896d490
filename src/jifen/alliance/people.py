"""Whose store or branch it is: everybody else is told that there is none."""

from jifen.alliance.errors import NotYourStoreError
from jifen.ledger.floats import floats_of
from jifen.members.models import Member
from jifen.stores.models import Store

BRANCH = "branch"


def own_store(store_id: int, member_id: int) -> Store:
    """Return a store or branch that the member owns; raises NotYourStoreError for everybody else's."""
    store = Store.objects.select_related("standing", "branch").filter(pk=store_id, owner_id=member_id).first()
    if store is None:
        raise NotYourStoreError
    return store


def own_branch(branch_id: int, member_id: int) -> Store:
    """Return a branch that the member owns; raises NotYourStoreError for everything else."""
    store = own_store(branch_id, member_id)
    if store.type != BRANCH:
        raise NotYourStoreError
    return store


def branches_of(member_id: int) -> list[Store]:
    """Return the branches that a member owns, the oldest first."""
    return list(Store.objects.filter(owner_id=member_id, type=BRANCH).order_by("joined_tick"))


def locked_store(store_id: int) -> Store:
    """Return a store about which nobody else deals until the transaction ends."""
    rows = Store.objects.select_for_update(no_key=True, of=("self",)).select_related("programme")
    return rows.get(pk=store_id)


def owner_of(store: Store) -> Member | None:
    """Return who owns a store; head office's own has nobody."""
    return store.owner


def float_of(store: Store, kind: str) -> int:
    """Return the points that a store holds, below nothing where it used its credit line; minor units."""
    return floats_of(store.programme_id, kind, [store.pk]).get(store.pk, 0)
