"""What members type to sell points, to pay at stores, and as owners of stores."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from jifen.engine.amounts import MONEY_DECIMALS
from jifen.storefront.models import CODE_DIGITS
from jifen.web.forms import AmountField, KeyedForm

TITLE_LENGTH_MAX = 60
PERCENT_DECIMALS = 2
WHOLE_PERCENT = 10_000  # hundredths of a percent


class SellForm(KeyedForm):
    """How many points to sell; `least` is what the member was shown of the money (S1-07)."""

    least = forms.IntegerField(min_value=0, required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, decimals: int, **kwargs: Any) -> None:
        """`decimals` are those of the points."""
        super().__init__(*args, **kwargs)
        self.fields["amount"] = AmountField(label=_("Points to sell"), decimals=decimals)


class PayForm(KeyedForm):
    """An amount at a store, and the points that pay a part of it (S1-01, S1-12)."""

    amount = AmountField(label=_("Amount of the bill, in yuan"), decimals=MONEY_DECIMALS)

    def __init__(self, *args: Any, kinds: dict[str, tuple[str, int]], **kwargs: Any) -> None:
        """`kinds` names the points that may pay: kind → title, decimals."""
        super().__init__(*args, **kwargs)
        if not kinds:
            return
        self.fields["points_kind"] = forms.ChoiceField(
            label=_("Pay with"),
            choices=[("", _("Money only")), *((name, title) for name, (title, _decimals) in kinds.items())],
            widget=forms.RadioSelect,
            required=False,
            initial="",
        )
        chosen = str(self.data.get("points_kind", ""))
        decimals = kinds.get(chosen, next(iter(kinds.values())))[1]
        self.fields["points"] = AmountField(label=_("Points to use"), decimals=decimals, empty=0, initial="0")

    @property
    def asked(self) -> tuple[int, int, str]:
        """The amount in fen, the points in minor units, and their kind; nothing for what cannot be read."""
        values = getattr(self, "cleaned_data", {})
        kind = str(values.get("points_kind") or "")
        return int(values.get("amount") or 0), int(values.get("points") or 0) if kind else 0, kind


class CodeForm(forms.Form):
    """The code that the holder of a card shows (S1-33)."""

    code = forms.CharField(
        label=_("Code that the member shows"),
        max_length=CODE_DIGITS,
        min_length=CODE_DIGITS,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
        error_messages={"min_length": _("The code has six digits."), "max_length": _("The code has six digits.")},
    )


class PlanForm(KeyedForm):
    """A card that a store sells; an operator lets it be sold (S1-33)."""

    title = forms.CharField(label=_("Name of the card"), max_length=TITLE_LENGTH_MAX)
    title_en = forms.CharField(label=_("English name"), max_length=TITLE_LENGTH_MAX, required=False)
    price = AmountField(label=_("Price, in yuan"), decimals=MONEY_DECIMALS)
    days = forms.IntegerField(label=_("Valid for days"), min_value=1, max_value=3660, initial=365)
    visit_off = AmountField(label=_("Off every bill, in percent"), decimals=PERCENT_DECIMALS, empty=0, initial="0")
    free_title = forms.CharField(
        label=_("Something free once a day"),
        max_length=TITLE_LENGTH_MAX,
        required=False,
        help_text=_("For example: a cup of coffee. Leave it empty for none."),
    )
    free_days = forms.IntegerField(
        label=_("For how many days"), min_value=1, max_value=3660, required=False, initial=90
    )
    special_title = forms.CharField(label=_("Special of the day"), max_length=TITLE_LENGTH_MAX, required=False)
    special_price = AmountField(label=_("Its price, in yuan"), decimals=MONEY_DECIMALS, empty=0)

    def __init__(self, *args: Any, points: tuple[str, int] | None, **kwargs: Any) -> None:
        """`points` are the title and the decimals of what a card may bring, None where it brings none."""
        super().__init__(*args, **kwargs)
        if points is not None:
            label = _("%(kind)s on opening") % {"kind": points[0]}
            self.fields["points"] = AmountField(label=label, decimals=points[1], empty=0, initial="0")
            self.order_fields(["key", "title", "title_en", "price", "days", "points"])

    def clean_visit_off(self) -> int:
        """Refuse a card that takes everything off."""
        value = int(self.cleaned_data["visit_off"])
        if value >= WHOLE_PERCENT:
            raise forms.ValidationError(_("Type less than 100 percent."))
        return value

    def clean(self) -> dict[str, Any]:
        """Refuse a special without a price, and a price without a special."""
        values = super().clean() or self.cleaned_data
        if bool(values.get("special_title")) != bool(values.get("special_price")):
            self.add_error("special_price", _("The special needs a name and a price above 0."))
        return values
