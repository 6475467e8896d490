"""Values of a document as people read and type them."""

from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any

from jifen.engine.amounts import Rate
from jifen.engine.message import Message, say
from jifen.programmes.parameters import Parameter

YES, NO, NOTHING = say("yes"), say("no"), say("nothing")


def exact(value: Any) -> Any:
    """Return a value such that two that mean the same are equal."""
    if isinstance(value, Rate):
        return Fraction(value.num, value.den)
    if isinstance(value, Decimal) or (isinstance(value, int) and not isinstance(value, bool)):
        return Fraction(value)
    if isinstance(value, list | tuple):
        return tuple(exact(one) for one in value)
    return None if value == "" else value


def typed_as(value: Any) -> str:
    """Return a value as one would type it."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, Decimal):
        text = f"{value:f}"
        return text.rstrip("0").rstrip(".") if "." in text else text
    return value.isoformat() if isinstance(value, date) else str(value)


def shown(parameter: Parameter) -> Message:
    """Return the value of a setting as people read it."""
    value, sort = parameter.value, parameter.sort
    if isinstance(value, bool):
        return YES if value else NO
    if value is None or value in ("", (), []):
        return NOTHING
    if isinstance(value, list | tuple):
        words = [sort.words.get(str(one), str(one)) for one in value]
        return Message(" · ".join(f"{{w{n}}}" for n in range(len(words))), {f"w{n}": w for n, w in enumerate(words)})
    if str(value) in sort.words:
        return sort.words[str(value)]
    return Message("{value}", {"value": _number(value, sort.name, percent=sort.percent)})


def _number(value: Any, sort: str, *, percent: bool) -> str:
    number = exact(value)
    if not isinstance(number, Fraction):
        return typed_as(value)
    if percent:
        return f"{_grouped(number * 100)} %"
    return f"¥{_grouped(number)}" if sort == "cny" else _grouped(number)


def _grouped(number: Fraction) -> str:
    whole, _, rest = f"{Decimal(number.numerator) / Decimal(number.denominator):f}".partition(".")
    rest = rest.rstrip("0")
    return f"{int(whole):,}.{rest}" if rest else f"{int(whole):,}"
