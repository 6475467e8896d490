"""The sections of a report beside the daily charts, in plain words."""

from collections.abc import Iterator, Mapping

from jifen.tables.charts import Part, draw_rows, draw_share, share_legend, swatch
from jifen.tables.report_data import Earner
from jifen.tables.report_figures import percent
from jifen.tables.report_html import Html, element, markup
from jifen.tables.report_page import BLOCKED, CANCELLED, LOCKED, MONEY, PLAIN, Page, amount, definitions, section

REASONS_MAX = 12


def headline(page: Page) -> Html:
    """Return the figures to read first, each in plain words."""
    translate, totals = page.translate, page.data.totals
    cards = [
        (LOCKED, translate("Still locked"), totals.locked, translate("granted, not usable yet")),
        (PLAIN, translate("Released by time"), totals.by_time, translate("usable through the daily schedule")),
        ("c1", translate("Released by the team"), totals.by_team, translate("usable because the team released")),
        (
            BLOCKED,
            translate("Blocked"),
            sum(totals.blocked.values()),
            translate("earned through the team, cut because nothing locked was left"),
        ),
    ]
    small = (
        element("div", element("h2", swatch(colour), name), amount(value, page.data.decimals), element("p", words))
        for colour, name, value, words in cards
    )
    return element("section", _granted(page), element("div", *small, class_="cards"), class_="headline")


def _granted(page: Page) -> Html:
    data, translate, counts = page.data, page.translate, page.data.counts
    facts = [
        (translate("Members"), f"{counts.members:,}"),
        (translate("Orders"), f"{counts.orders:,}"),
        (translate("Order amounts"), page.figures.money(data.totals.ordered)),
        (translate("Refunds"), f"{counts.refunds:,}"),
        (translate("Actions"), f"{counts.actions:,}"),
        (translate("Refused"), f"{counts.refused:,}"),
        (translate("After the last day, left alone"), f"{counts.left_alone:,}"),
    ]
    return element(
        "div",
        element("h2", translate("Granted")),
        amount(data.totals.granted, data.decimals),
        element("p", translate("{points} given with orders, locked at first").format(points=page.kind)),
        definitions(facts),
        class_="hero",
    )


def promise(page: Page) -> Html:
    """Return what is owed beside what came in, and that nobody here says it can be paid."""
    translate, totals, figures = page.translate, page.data.totals, page.figures
    owed, received = (
        totals.owed * 100,
        totals.received * 10**page.data.decimals,
    )  # of the same size: one point is one yuan
    bars = [
        Part(
            name=translate("Still owed: locked + free"),
            colour=LOCKED,
            value=owed,
            text=f"{figures.points(totals.owed)} {page.kind}",
        ),
        Part(name=translate("Money received"), colour=MONEY, value=received, text=figures.money(totals.received)),
    ]
    body = [draw_rows(bars), element("p", *_owed_of_received(page, owed, received), class_="ratio")]
    for value, words in (
        (totals.withdrawn, translate("Members have withdrawn {points} more already.")),
        (totals.converted, translate("{points} were converted; what they became is owed too and not counted here.")),
    ):
        if value:
            body.append(element("p", words.format(points=f"{figures.points(value)} {page.kind}"), class_="note"))
    warning = translate(
        "These are points of a simulated or sandbox programme, and this run moved no money. Points that members hold, "
        "locked or free, are a liability: somebody must pay for them. Nothing here says that the programme can pay."
    )
    return section(translate("What is owed, and what came in"), element("p", warning, class_="warning"), *body)


def _owed_of_received(page: Page, owed: int, received: int) -> list[str]:
    translate = page.translate
    if received <= 0:
        return [translate("No money was received.")]
    words = translate(
        "owed ÷ received: for every ¥100 that came in, members hold points for {money}, one point for one yuan."
    )
    return [
        element("b", percent(owed, received)),
        " ",
        words.format(money=page.figures.money(owed * 10_000 // received)),
    ]


def standing(page: Page) -> Html:
    """Return where the granted points are now."""
    translate, totals, data = page.translate, page.data.totals, page.data
    parts = [_rule_part(page, rule, value) for rule, value in totals.released.items()]
    parts += [
        Part(name=name, colour=colour, value=value, text=page.figures.points(value))
        for name, colour, value in (
            (translate("Cancelled by refunds"), CANCELLED, totals.cancelled),
            (translate("Still locked"), LOCKED, totals.locked),
        )
    ]
    title = translate("Where granted points stand now")
    points = page.figures.points
    released = [
        (translate("Free in members' hands"), points(totals.free)),
        (translate("Withdrawn"), points(totals.withdrawn)),
        (translate("Converted"), points(totals.converted)),
        (translate("Spent on orders"), points(totals.spent)),
        (translate("Claimed back by refunds"), points(totals.claimed)),
        (translate("Written off after refunds"), points(totals.written_off)),
    ]
    lots = [
        (translate("Lots with points left"), f"{data.lots_open:,}"),
        (translate("Lots used up"), f"{data.lots_used_up:,}"),
    ]
    return section(
        title,
        draw_share(title, parts),
        share_legend(parts),
        element("h3", translate("What became of the released points")),
        definitions(released + lots),
    )


def _rule_part(page: Page, rule: str, value: int) -> Part:
    return Part(name=page.rule_title(rule), colour=page.colour(rule), value=value, text=page.figures.points(value))


def ranks(page: Page) -> Html:
    """Return how many members hold each rank."""
    parts = [Part(name=r.title, colour=PLAIN, value=r.count, text=f"{r.count:,}") for r in page.data.ranks]
    body = draw_rows(parts) if parts else element("p", page.translate("The programme has no ranks."), class_="empty")
    note = page.translate("Members with each rank after the last day.")
    return section(page.translate("Ranks"), body, note=note)


def refused(page: Page) -> Html:
    """Return why facts were refused, the most frequent reasons first."""
    reasons = sorted(page.data.refused.items(), key=lambda item: (-item[1], item[0]))
    parts = [Part(name=why, colour=BLOCKED, value=count, text=f"{count:,}") for why, count in reasons[:REASONS_MAX]]
    body = [draw_rows(parts)] if parts else [element("p", page.translate("No fact was refused."), class_="empty")]
    if reasons[REASONS_MAX:]:
        rest = page.translate("{count} more for other reasons").format(
            count=f"{sum(n for _, n in reasons[REASONS_MAX:]):,}"
        )
        body.append(element("p", rest, class_="note"))
    note = page.translate("What the rules refused changed nothing; the table “refused” lists each one.")
    return section(page.translate("Refused, by reason"), *body, note=note, wide=False)


def earners(page: Page) -> Iterator[Html]:
    """Yield the members to whom most was released, when there are any."""
    translate = page.translate
    heads = [translate("Member"), translate("In all"), *(page.rule_title(rule) for rule in page.rules)]
    anchors = {one.key: f"#why-{number}" for number, one in enumerate(page.data.explained, start=1)}
    head = element(
        "thead", element("tr", *(element("th", text, scope="col", role="columnheader") for text in heads), role="row")
    )
    rows = (_earner(page, one, heads, anchors) for one in page.data.earners)
    if page.data.earners:
        yield section(
            translate("Members to whom most was released"),
            element("table", head, element("tbody", *rows), class_="stack", role="table"),
            note=_how_to_explain(page),
        )


def _how_to_explain(page: Page) -> Html:
    words = page.translate("{command} explains the transfer whose key stands below a name.")
    before, _, after = words.partition("{command}")
    return markup(before, element("code", "jifen why RESULT BOOK KEY"), after)


def _earner(page: Page, one: Earner, heads: list[str], anchors: Mapping[str, str]) -> Html:
    values = [sum(one.released.values()), *(one.released.get(rule, 0) for rule in page.rules)]
    cells = (
        element("td", amount(value, page.data.decimals), role="cell", data_label=head)
        for value, head in zip(values, heads[1:], strict=True)
    )
    key = element("code", one.key)
    linked = element("a", key, href=anchors[one.key]) if one.key in anchors else key
    name = [element("bdi", one.name)]
    name += [element("span", one.rank, class_="tag")] if one.rank else []
    name += [element("div", linked)] if one.key else []
    return element("tr", element("th", *name, scope="row", role="rowheader"), *cells, role="row")


def explained(page: Page) -> Iterator[Html]:
    """Yield a few transfers with the whole reason for their amounts, when some were chosen."""
    texts = (
        element("article", element("h3", element("code", one.key)), element("pre", one.text), id=f"why-{number}")
        for number, one in enumerate(page.data.explained, start=1)
    )
    if page.data.explained:
        yield section(page.translate("A few lines explained"), *texts)


def checks(page: Page) -> Html:
    """Return what was checked and whether it holds."""
    translate = page.translate
    words = {True: (translate("holds"), "✓", "good"), False: (translate("fails"), "✗", "bad")}
    rows = (
        element("li", element("b", words[ok][1], role="img", aria_label=words[ok][0], class_=words[ok][2]), " ", name)
        for name, ok in page.data.checks.items()
    )
    return section(translate("Checks"), element("ul", *rows, class_="checks"), wide=False)


def alarm(page: Page) -> Iterator[Html]:
    """Yield a warning to stand above everything when a check fails."""
    failed = [name for name, ok in page.data.checks.items() if not ok]
    if failed:
        words = page.translate("A check fails, so do not rely on these figures: {checks}").format(
            checks="; ".join(failed)
        )
        yield element("p", words, class_="alarm", role="alert")


def footer(page: Page) -> Html:
    """Return what is needed to make the same page again."""
    translate, data = page.translate, page.data
    rows = [
        (translate("Programme"), f"{data.code} · {data.title} · {data.title_en}"),
        (translate("Digest of the programme"), markup(element("code", data.digest))),
        (translate("Engine"), f"Jifen {data.version}"),
        (translate("Days settled"), f"{data.first_day} – {data.last_day} ({len(data.days):,})"),
    ]
    again = translate("The same book, programme and engine give this page again, to the byte.")
    return element("footer", definitions(rows), element("p", again))
