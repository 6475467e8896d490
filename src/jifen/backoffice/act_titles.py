"""What the acts of operators are called in the audit log."""

from django.utils.translation import gettext_lazy as _

ACT_TITLES = {
    "confirm_payment": _("confirmed a payment"),
    "cancel_order": _("cancelled an order"),
    "refund_order": _("refunded an order"),
    "approve_supplier": _("approved a supplier"),
    "stop_supplier": _("stopped a supplier"),
    "list_product": _("put a submitted product on sale"),
    "refuse_product": _("refused a submitted product"),
    "propose_settlement": _("proposed a settlement with a supplier"),
    "pay_settlement": _("paid a settlement with a supplier"),
    "drop_settlement": _("dropped a settlement with a supplier"),
    "withdrawal_approved": _("approved a withdrawal"),
    "withdrawal_paid": _("paid a withdrawal"),
    "withdrawal_rejected": _("rejected a withdrawal"),
    "propose_adjustment": _("proposed an adjustment"),
    "approve_adjustment": _("approved an adjustment"),
    "reject_adjustment": _("rejected an adjustment"),
    "freeze": _("froze withdrawals"),
    "unfreeze": _("allowed withdrawals again"),
    "move_referrer": _("moved a referrer"),
    "propose_top_up": _("proposed a top-up"),
    "approve_top_up": _("approved a top-up"),
    "reject_top_up": _("rejected a top-up"),
    "draft_version": _("drafted a version"),
    "approve_version": _("approved a version"),
    "withdraw_version": _("withdrew a draft"),
    "declare_value": _("declared a value"),
    "propose_value": _("proposed an unusual value"),
    "confirm_value": _("confirmed an unusual value"),
    "reject_value": _("rejected an unusual value"),
    "change_operator": _("changed an operator"),
    "add_operator": _("added an operator"),
    "enter_order": _("typed in an order entry"),
    "approve_entry": _("approved an order entry"),
    "reject_entry": _("rejected an order entry"),
    "propose_release": _("proposed a release of tickets"),
    "confirm_release": _("released tickets"),
    "reject_release": _("rejected a release of tickets"),
    "sync_exchange": _("brought in step with the exchange"),
    "set_simulated_price": _("set the price at the simulated exchange"),
    "settle_day": _("settled a day"),
}


def act_title(act: str) -> str:
    """Return what an act is called; its name where it has no other."""
    return str(ACT_TITLES.get(act, act))
