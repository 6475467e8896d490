"""What members type to move points: what of, how many, to whom."""

from typing import Any, ClassVar

from django import forms
from django.utils.translation import gettext_lazy as _

from jifen.web.forms import AmountField, KeyedForm

RECIPIENT_LENGTH_MAX = 40


class ChoiceAmountForm(KeyedForm):
    """A choice of what has its own decimals, and an amount of it."""

    choice: ClassVar[str]  # the name of the field of the choice

    def __init__(self, *args: Any, choices: dict[str, tuple[str, int]], start: str = "", **kwargs: Any) -> None:
        """`choices` names what can be chosen: value → title, decimals; `start` is chosen at first."""
        super().__init__(*args, **kwargs)
        first = start if start in choices else next(iter(choices))
        field = self.fields[self.choice]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [(name, title) for name, (title, _decimals) in choices.items()]
        field.initial = first
        named = str(self.data.get(self.choice, first))
        decimals = choices.get(named, choices[first])[1]
        self.fields["amount"] = AmountField(label=_("Amount"), decimals=decimals)


class ConvertForm(ChoiceAmountForm):
    """What to convert into what, and how many (S0-23, S0-24); `least` is what the member was shown of it."""

    choice = "pair"
    pair = forms.ChoiceField(label=_("From → into"))
    least = forms.IntegerField(min_value=0, required=False, widget=forms.HiddenInput)


class TransferForm(ChoiceAmountForm):
    """To whom, which points, and how many (S0-25, S0-26)."""

    choice = "kind"
    to = forms.CharField(
        label=_("To whom"),
        max_length=RECIPIENT_LENGTH_MAX,
        help_text=_("The whole phone, invite code or member code, such as M7."),
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    kind = forms.ChoiceField(label=_("Kind"))
