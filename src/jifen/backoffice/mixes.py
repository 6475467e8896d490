"""The mix of a product or bundle: how much of its price each kind of points pays, on a form and in words."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from django import forms
from django.forms import BaseForm
from django.utils.translation import gettext as _

from jifen.backoffice.access import language
from jifen.engine.amounts import Rate
from jifen.engine.programme import Programme as Terms
from jifen.engine.rules.spend import Spend
from jifen.sales.models import PACKS, SOURCED, Bundle, PaymentShare, Product, Zone
from jifen.sales.pricing import spends_for

PERCENT_DIGITS, PERCENT_DECIMALS = 10, 7


def rules_for(terms: Terms, zone: str) -> list[Spend]:
    """Return the programme's rules that may pay for things of a zone."""
    if zone == PACKS:
        return []  # money alone: they count when they have arrived
    if zone not in (Zone.DEVICES, SOURCED):
        return spends_for(terms)
    named = terms.units if zone == Zone.DEVICES else terms.sourced
    return spends_for(terms, named.product) if named is not None else []


def add_mix_fields(form: BaseForm, terms: Terms, thing: Product | Bundle) -> None:
    """Add for each kind that the programme lets pay a least and a most share, in percent."""
    shares = {one.kind: one for one in thing.shares.all()} if thing.pk else {}
    for rule in _by_kind(terms).values():
        title = kind_title(terms, rule.kind)
        known = shares.get(rule.kind)
        form.fields[f"least_{rule.kind}"] = _percent(_("%(kind)s: least percent") % {"kind": title})
        form.fields[f"most_{rule.kind}"] = _percent(_("%(kind)s: most percent") % {"kind": title})
        form.fields[f"most_{rule.kind}"].help_text = _("Empty: these points do not pay for it.")
        if known is not None:
            form.initial[f"least_{rule.kind}"] = plain(known.share_min * 100)
            form.initial[f"most_{rule.kind}"] = plain(known.share_max * 100)


def clean_mix(form: BaseForm, terms: Terms, zone: str) -> list[PaymentShare]:
    """Return the shares that a form asks for, and put on it what the programme does not allow."""
    values: Mapping[str, Any] = form.cleaned_data
    allowed = {rule.kind: rule for rule in rules_for(terms, zone)}
    found = []
    for kind in _by_kind(terms):
        most, least = values.get(f"most_{kind}"), values.get(f"least_{kind}") or Decimal(0)
        if not most:
            continue
        share = PaymentShare(kind=kind, share_min=least / 100, share_max=most / 100)
        problem = _problem(share, allowed.get(kind))
        if problem:
            form.add_error(f"most_{kind}", problem)
        found.append(share)
    if zone == Zone.POINTS and not form.errors and not all(one.share_min == 1 for one in found):
        form.add_error(None, _("What stands in the points zone is paid in points alone: least and most are 100 %."))
    if zone == Zone.POINTS and not found:
        form.add_error(None, _("What stands in the points zone needs a kind of points that pays for it."))
    return found


def save_mix(thing: Product | Bundle, shares: list[PaymentShare]) -> None:
    """Write the shares of a saved product or bundle anew."""
    thing.shares.all().delete()
    for share in shares:
        if isinstance(thing, Bundle):
            share.bundle = thing
        else:
            share.product = thing
    PaymentShare.objects.bulk_create(shares)


def mix_words(terms: Terms, thing: Product | Bundle) -> str:
    """Return how a product or bundle may be paid, in a few words."""
    if terms.repurchase is not None:
        return _("may pay a part") if thing.points_allowed else ""
    shares = [
        f"{kind_title(terms, one.kind)} {plain(one.share_min * 100)}–{plain(one.share_max * 100)} %"
        for one in sorted(thing.shares.all(), key=lambda share: share.kind)
    ]
    return " · ".join(shares)


def kind_title(terms: Terms, kind: str) -> str:
    """Return what a kind is called, in the reader's language."""
    found = terms.kinds.get(kind)
    return kind if found is None else found.title_en if language() == "en" else found.title


def plain(number: Decimal) -> str:
    """Return a number without the zeros that say nothing."""
    text = f"{number:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def _by_kind(terms: Terms) -> dict[str, Spend]:
    return {rule.kind: rule for rule in terms.spends}


def _percent(label: str) -> forms.DecimalField:
    return forms.DecimalField(
        label=label,
        required=False,
        min_value=0,
        max_value=100,
        max_digits=PERCENT_DIGITS,
        decimal_places=PERCENT_DECIMALS,
    )


def _problem(share: PaymentShare, rule: Spend | None) -> str:
    if rule is None:
        return _("The programme does not let these points pay for things of this zone.")
    if share.share_min > share.share_max:
        return _("The least share is above the most.")
    least, most = _exact(rule.share_min), _exact(rule.share_max)
    if share.share_max > most or share.share_min < least:
        values = {"least": plain(least * 100), "most": plain(most * 100)}
        return _("The programme allows between %(least)s and %(most)s %%.") % values
    return ""


def _exact(rate: Rate) -> Decimal:
    return Decimal(str(rate))
