"""What every section of a report needs: the data, the reader's words and figures, and a few shapes of markup."""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property

from jifen.messages import Translate
from jifen.tables.report_data import BY_TIME, ReportData
from jifen.tables.report_figures import Figures, grouped
from jifen.tables.report_html import Html, element

TEAM_COLOURS = ("c1", "c2", "c3", "c4", "locked")
LOCKED, CANCELLED, BLOCKED, MONEY, PLAIN = "locked", "cancelled", "blocked", "money", "c0"


@dataclass(frozen=True)
class Page:
    """One report in the making."""

    data: ReportData
    translate: Translate
    language: str

    @cached_property
    def figures(self) -> Figures:
        """Return how figures are written for this reader."""
        return Figures(self.data.decimals, self.language)

    @cached_property
    def rules(self) -> tuple[str, ...]:
        """Return the rules that release, by time first, in the order of payment."""
        return tuple(self.data.totals.released)

    @property
    def title(self) -> str:
        """Return the programme's title in the reader's language."""
        return self.data.title if self.figures.chinese else self.data.title_en

    @property
    def other_title(self) -> str:
        """Return the programme's title in the other language."""
        return self.data.title_en if self.figures.chinese else self.data.title

    @property
    def kind(self) -> str:
        """Return what the points are called."""
        return self.data.points_title if self.figures.chinese else self.data.points_title_en

    def colour(self, rule: str) -> str:
        """Return the colour of a rule, the same in all charts."""
        team = [name for name in self.rules if name != BY_TIME]
        return TEAM_COLOURS[team.index(rule) % len(TEAM_COLOURS)] if rule in team else PLAIN

    def rule_title(self, rule: str) -> str:
        """Return what a rule is called; a rule unknown here goes by the name in its file."""
        translate = self.translate
        titles = {
            BY_TIME: translate("By time"),
            "generation_share": translate("Team: generations"),
            "rank_differential": translate("Team: rank differential"),
            "peer_bonus": translate("Team: peer bonus"),
        }
        return titles.get(rule) or self.data.rule_titles.get(rule, rule)


def section(title: str, *body: str, note: str = "", wide: bool = True) -> Html:
    """Return a card with a heading; a card that is not wide stands beside its neighbour on a wide page."""
    below = [element("p", note, class_="note")] if note else []
    return element("section", element("h2", title), *below, *body, class_="card" if wide else "card half")


def amount(minor: int, decimals: int) -> Html:
    """Return an exact amount, the part behind the point written small."""
    whole, point, fraction = grouped(minor, decimals).partition(".")
    return element("span", whole, *([element("small", point + fraction)] if point else []), class_="amount")


def definitions(rows: Iterable[tuple[str, str]]) -> Html:
    """Return a list of names and what they come to."""
    return element("dl", *(element("div", element("dt", n), element("dd", v)) for n, v in rows), class_="amounts")
