"""What each kind of points may do, read from the programme: the one place that pages ask (S0-23 … S0-29, S0-77)."""

from dataclasses import dataclass
from urllib.parse import urlencode

from django.utils.translation import gettext as _

from jifen.engine.amounts import Rate
from jifen.engine.programme import Programme as Terms
from jifen.engine.rules.convert import Convert
from jifen.engine.rules.spend import Spend
from jifen.explain.model import percent
from jifen.sales.models import SOURCED
from jifen.web.templatetags.jifen import named

WHOLE = Rate(1, 1)


@dataclass(frozen=True)
class Use:
    """One thing that free points of a kind may do: in a word, in a sentence, and the page where it is done."""

    brief: str
    text: str
    button: str = ""
    page: str = ""  # the name of its address
    query: str = ""


def uses_of(name: str, terms: Terms) -> list[Use]:
    """Return what free points of a kind may do, what leaves the programme first; nothing for a spare kind (S0-29)."""
    return [
        *_withdrawing(name, terms),
        *_selling(name, terms),
        *(_buying(spend, terms) for spend in terms.spends if spend.kind == name),
        *_repurchasing(name, terms),
        *(_converting(rule, terms) for rule in terms.converts if rule.kind == name),
        *_sharing(name, terms),
        *_giving(name, terms),
    ]


def transferable(terms: Terms) -> list[str]:
    """Return the kinds that members may give to each other: those whose switch is on (S0-25, S0-26)."""
    if "member_transfer" not in terms.actions:
        return []
    return [name for name, kind in terms.kinds.items() if kind.transferable]


def stopped(action: str, terms: Terms, *, frozen: bool) -> bool:
    """Return whether a member who is frozen, or not, is kept from an action."""
    return frozen and terms.freeze is not None and terms.freeze.stop(action)


def share(rate: Rate) -> str:
    """Return a rate in percent."""
    return percent(rate.num, rate.den)


def _withdrawing(name: str, terms: Terms) -> list[Use]:
    rule = terms.withdrawal
    if rule is None or not terms.kinds[name].withdrawable:
        return []
    text = _("Withdraw: it is paid out after two operators have looked at it.")
    if rule.fee.num:
        text = _("Withdraw: %(fee)s is kept as a fee; it is paid out after two operators have looked at it.") % {
            "fee": share(rule.fee)
        }
    if rule.reward.num and rule.reward_kind is not None:
        text += " " + _("%(share)s of the amount comes as %(kind)s.") % {
            "share": share(rule.reward),
            "kind": named(terms.kinds[rule.reward_kind]),
        }
    return [Use(_("withdraw"), text, _("Withdraw"), "web:withdraw", "?" + urlencode({"kind": name}))]


def _selling(name: str, terms: Terms) -> list[Use]:
    pool = terms.pool
    if pool is None or pool.kind != name:
        return []
    text = _("Sell to the pool at the price of the moment; %(kept)s of it stays there.") % {"kept": share(pool.kept)}
    return [Use(_("sell to the pool"), text, _("Sell"), "web:sell")]


def _buying(spend: Spend, terms: Terms) -> Use:
    shares = {"least": share(spend.share_min), "most": share(spend.share_max)}
    if spend.share_min == WHOLE:
        of_units, of_goods = _("Buy devices: it pays the whole price."), _("Buy goods: it pays the whole price.")
    elif spend.share_min.num:
        of_units = _("Pay %(least)s to %(most)s of the price of devices.") % shares
        of_goods = _("Pay %(least)s to %(most)s of the price of goods.") % shares
    else:
        of_units = _("Pay up to %(most)s of the price of devices.") % shares
        of_goods = _("Pay up to %(most)s of the price of goods.") % shares
    if terms.sourced is not None and spend.product == terms.sourced.product:
        text = _("Pay up to %(most)s of the price of the platform's own products.") % shares
        return Use(_("pay for platform products"), text, _("Mall"), "web:mall", f"?zone={SOURCED}")
    if terms.split is not None and not spend.product:
        text = _("Pay up to %(most)s of a bill at a store, or of the price of goods.") % shares
        return Use(_("pay at stores"), text, _("Stores"), "web:stores")
    if spend.pays == "redemption":
        text = _("Exchange for goods of head office's catalogue: they are not sold.")
        return Use(_("exchange for goods"), text, _("Catalogue"), "web:mall")
    if spend.pays == "at_store":
        return Use(_("pay at stores"), _("Pay up to %(most)s of a bill at a store.") % shares)
    if spend.pays == "units":
        return Use(_("buy devices"), of_units, _("Mall"), "web:mall")
    return Use(_("pay for goods"), of_goods, _("Mall"), "web:mall")


def _repurchasing(name: str, terms: Terms) -> list[Use]:
    rule = terms.repurchase
    if rule is None or rule.kind != name:
        return []
    text = _("Pay up to %(most)s of the price of goods.") % {"most": share(rule.points_share_max)}
    return [Use(_("pay for goods"), text, _("Mall"), "web:mall")]


def _converting(rule: Convert, terms: Terms) -> Use:
    kind = named(terms.kinds[rule.into])
    if rule.price:
        text = _("Convert into %(kind)s at the price of the moment.") % {"kind": kind}
    elif rule.rate == WHOLE:
        text = _("Convert into %(kind)s, one for one.") % {"kind": kind}
    else:
        text = _("Convert into %(kind)s: one becomes %(rate)s.") % {"kind": kind, "rate": rule.rate}
    text += " " + _("It cannot be turned back.")
    pair = urlencode({"pair": f"{rule.kind}>{rule.into}"})
    return Use(_("convert into %(kind)s") % {"kind": kind}, text, _("Convert"), "web:convert", f"?{pair}")


def _giving(name: str, terms: Terms) -> list[Use]:
    if name not in transferable(terms):
        return []
    text = _("Give to another member. It counts at once and cannot be taken back.")
    return [Use(_("give to members"), text, _("Give"), "web:transfer", "?" + urlencode({"kind": name}))]


def _sharing(name: str, terms: Terms) -> list[Use]:
    if terms.airdrop is None or terms.airdrop.weight != name:
        return []
    text = _("Its part of the weight of all activated members is your part of each airdrop.")
    return [Use(_("shares in airdrops"), text, _("Details"), "web:weight")]
