"""Points kinds: what each may do."""

from typing import Annotated

from pydantic import Field
from pydantic.dataclasses import dataclass

from jifen.engine.rule import STRICT, Name, Switch, Whole


@dataclass(frozen=True, kw_only=True, config=STRICT)
class PointKind:
    """A sort of points: its names for people, its minor unit, and what members may do with free ones."""

    title: Name
    title_en: Name
    decimals: Annotated[Whole, Field(ge=0, le=8)]
    withdrawable: Switch = False
    transferable: Switch = False
