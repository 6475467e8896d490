"""The sections of a report on airdrops: what is given out by day, by weight, and what the cap leaves (S2-16 …)."""

from collections.abc import Iterator, Sequence

from jifen.tables.charts import Part, Series, draw_rows, draw_share, share_legend
from jifen.tables.line_charts import Line, draw_line, line_marks
from jifen.tables.report_columns import day_columns
from jifen.tables.report_data import AirdropPoint, AirdropReport, TokenEarner
from jifen.tables.report_figures import grouped, percent
from jifen.tables.report_html import Html, element
from jifen.tables.report_page import BLOCKED, LOCKED, PLAIN, Page, amount, definitions, section

PRICE_DECIMALS, PRICE_SHOWN = 12, 4  # places of a price, and how many of them people read
LINES_MAX = 200  # days of a chart; a longer run is drawn with the last of every few


def token(page: Page, report: AirdropReport) -> str:
    """Return what the token is called."""
    return report.title if page.figures.chinese else report.title_en


def _price(price: int) -> str:
    return "¥" + grouped(price // 10 ** (PRICE_DECIMALS - PRICE_SHOWN), PRICE_SHOWN) if price else "–"


def headline(page: Page, report: AirdropReport) -> Html:
    """Return the tokens given out, what the cap leaves, the reserve, and how many share."""
    translate, last, counts = page.translate, report.days[-1], page.data.counts
    facts = [
        (translate("Members"), f"{counts.members:,}"),
        (translate("Orders"), f"{counts.orders:,}"),
        (translate("Order amounts"), page.figures.money(page.data.totals.ordered)),
        (translate("Refunds"), f"{counts.refunds:,}"),
        (translate("Actions"), f"{counts.actions:,}"),
        (translate("Refused"), f"{counts.refused:,}"),
        (translate("After the last day, left alone"), f"{counts.left_alone:,}"),
    ]
    hero = element(
        "div",
        element("h2", translate("Given out by airdrops")),
        amount(report.emitted, report.decimals),
        element("p", translate("{points}, shared day by day by weight").format(points=token(page, report))),
        definitions(facts),
        class_="hero",
    )
    cards = [
        (translate("Left of the cap"), amount(last.left, report.decimals),
         translate("of {cap} in all").format(cap=_whole(report.cap, report.decimals))),
        (translate("In the reserve"), amount(last.reserve, report.decimals), translate("pays rewards in tokens")),
        (translate("Price of a token"), element("span", _price(last.price), class_="amount"),
         translate("as declared for the last day")),
        (translate("Activated members"), element("span", f"{report.active:,}", class_="amount"),
         translate("{share} of all; only they share").format(share=percent(report.active, counts.members))),
    ]  # fmt: skip
    small = (element("div", element("h2", name), value, element("p", words)) for name, value, words in cards)
    return element("section", hero, element("div", *small, class_="cards"), class_="headline")


def _whole(minor: int, decimals: int) -> str:
    text = grouped(minor, decimals)
    return text.rstrip("0").rstrip(".") if "." in text else text


def promise(page: Page, report: AirdropReport) -> Html:
    """Return where the tokens of the cap are, and that no price is promised."""
    translate, last = page.translate, report.days[-1]
    title = translate("Where the tokens of the cap are")
    parts = [
        Part(name=name, colour=colour, value=value, text=grouped(value, report.decimals))
        for name, colour, value in (
            (translate("Given out by airdrops"), PLAIN, report.emitted),
            (translate("Paid out of the reserve"), "c1", report.funded - last.reserve),
            (translate("In the reserve"), LOCKED, last.reserve),
            (translate("Left of the cap"), "c4", last.left),
        )
    ]
    warning = translate(
        "Weight and tokens are points of a simulated or sandbox programme, and this run moved no money. The price is "
        "what an operator has declared: nobody owes it to anybody, and nobody here buys tokens back. The more weight "
        "there is, the less each share of it gets."
    )
    return section(title, element("p", warning, class_="warning"), draw_share(title, parts), share_legend(parts))


def charts(page: Page, report: AirdropReport) -> Iterator[Html]:
    """Yield the lines of the airdrops, the cap, the price, the reserve and what it could not pay, and their figures."""
    translate, decimals = page.translate, report.decimals
    stride = -(-len(report.days) // LINES_MAX)
    days = report.days[::-1][::stride][::-1]
    title = translate("Airdrop by day")
    note = translate("Tokens given out at each close; what rounding leaves is shared out the next day.")
    given = Series(name=title, colour=PLAIN, values=[one.given for one in report.days])
    columns = day_columns(page, [one.day for one in report.days], [given], decimals)
    yield section(title, columns, _table(page, report, days), note=note)
    halves = (
        (translate("Left of the cap by day"), [one.left for one in days], decimals),
        (translate("Price of a token by day"), [one.price for one in days], PRICE_DECIMALS),
        (translate("Weight that shares by day"), [one.weight for one in days], page.data.decimals),
        (translate("Reserve by day"), [one.reserve for one in days], decimals),
    )
    for title, values, places in halves:
        yield section(title, _line(page, days, title, values, places), wide=False)


def _line(page: Page, days: Sequence[AirdropPoint], title: str, values: list[int], decimals: int) -> Html:
    texts = [str(one.day) for one in days]
    shown = [_price(value) if decimals == PRICE_DECIMALS else grouped(value, decimals) for value in values]
    chart = Line(
        label=page.translate("{title}, {first} to {last}").format(title=title, first=texts[0], last=texts[-1]),
        description=page.translate("The figures stand in the table “Day by day”."),
        values=values,
        times=[page.figures.day(one.day) for one in days],
        tips=[f"{day}\n{text}" for day, text in zip(texts, shown, strict=True)],
    )
    return draw_line(chart, page.figures.marks(line_marks(chart), decimals))


def _table(page: Page, report: AirdropReport, days: Sequence[AirdropPoint]) -> Html:
    translate = page.translate
    heads = (
        *(translate("Day"), translate("Airdrop"), translate("Left to share next"), translate("Members who shared")),
        *(translate("Weight"), translate("Left of the cap"), translate("In the reserve")),
        *(translate("Not paid"), translate("Price of a token")),
    )
    rows = (
        (
            *(grouped(one.given, report.decimals), grouped(one.dust, report.decimals), f"{one.members:,}"),
            *(page.figures.points(one.weight), grouped(one.left, report.decimals)),
            *(grouped(one.reserve, report.decimals), grouped(one.blocked, report.decimals), _price(one.price)),
        )
        for one in days
    )
    head = element("thead", element("tr", *(element("th", text, scope="col") for text in heads)))
    body = (
        element("tr", element("th", str(one.day), scope="row"), *(element("td", text) for text in row))
        for one, row in zip(days, rows, strict=True)
    )
    name = translate("Show the figures of the charts")
    frame = element("div", element("table", head, element("tbody", *body)), class_="scroll", role="region",
                    tabindex=0, aria_label=name)  # fmt: skip
    return element("details", element("summary", name), frame)


def weights(page: Page, report: AirdropReport) -> Html:
    """Return how the weight of the last airdrop is spread."""
    translate, title = page.translate, page.translate("Who has the weight")
    if not report.groups:
        return section(title, element("p", translate("Nobody has any weight."), class_="empty"), wide=False)
    parts = [
        Part(
            name=translate("{first} % to {last} %: {members} members").format(
                first=group.first, last=group.last, members=f"{group.members:,}"
            ),
            colour=colour,
            value=group.weight,
            text=page.figures.points(group.weight),
        )
        for group, colour in zip(report.groups, ("c1", "c2", "c3", "c4"), strict=False)
    ]
    note = translate("All who shared last, the heaviest first, and what they have together.")
    return section(title, draw_share(title, parts), share_legend(parts), note=note, wide=False)


def blocked(page: Page, report: AirdropReport) -> Html:
    """Return what the reserve could not pay, by rule."""
    translate, title = page.translate, page.translate("What the reserve could not pay")
    rows = [(rule, value) for rule, value in report.blocked.items() if value]
    sums = definitions([
        (translate("Put into the reserve"), grouped(report.funded, report.decimals)),
        (translate("In the reserve"), grouped(report.days[-1].reserve, report.decimals)),
    ])  # fmt: skip
    if not rows:
        return section(title, sums, element("p", translate("Nothing was blocked."), class_="empty"), wide=False)
    parts = [
        Part(name=page.rule_title(rule), colour=BLOCKED, value=value, text=grouped(value, report.decimals))
        for rule, value in sorted(rows, key=lambda row: -row[1])
    ]
    note = translate("Rewards in tokens are paid only out of the reserve; nothing of this is owed later.")
    return section(title, sums, draw_rows(parts), note=note, wide=False)


def centers(page: Page, report: AirdropReport) -> Iterator[Html]:
    """Yield the operation centres after the last day, where the programme has any."""
    translate, title = page.translate, page.translate("Operation centres")
    if report.centers is None:
        return
    if not report.centers:
        yield section(title, element("p", translate("There is no operation centre."), class_="empty"), wide=False)
        return
    heads = [translate("Region"), translate("Held by"), translate("Promoted by")]
    head = element(
        "thead", element("tr", *(element("th", text, scope="col", role="columnheader") for text in heads), role="row")
    )
    rows = (
        element(
            "tr",
            element("th", element("code", one.region), scope="row", role="rowheader"),
            element("td", element("bdi", one.name), role="cell", data_label=heads[1]),
            element("td", element("bdi", one.parent or "–"), role="cell", data_label=heads[2]),
            role="row",
        )
        for one in report.centers
    )
    table = element("table", head, element("tbody", *rows), class_="stack", role="table")
    yield section(title, table, note=translate("Regions by the codes of their divisions."), wide=False)


def earners(page: Page, report: AirdropReport) -> Iterator[Html]:
    """Yield the members who were paid most tokens, when there are any."""
    if not report.earners:
        return
    translate = page.translate
    rules = list(report.earners[0].paid)
    heads = [translate("Member"), translate("In all"), *(page.rule_title(rule) for rule in rules)]
    head = element(
        "thead", element("tr", *(element("th", text, scope="col", role="columnheader") for text in heads), role="row")
    )
    rows = (_earner(page, report, one, heads) for one in report.earners)
    table = element("table", head, element("tbody", *rows), class_="stack", role="table")
    yield section(translate("Members who were paid most {points}").format(points=token(page, report)), table)


def _earner(page: Page, report: AirdropReport, one: TokenEarner, heads: Sequence[str]) -> Html:
    values = [sum(one.paid.values()), *one.paid.values()]
    cells = (
        element("td", amount(value, report.decimals), role="cell", data_label=head)
        for value, head in zip(values, heads[1:], strict=True)
    )
    anchors = {why.key: f"#why-{number}" for number, why in enumerate(page.data.explained, start=1)}
    name = [element("bdi", one.name)]
    name += [element("span", one.rank, class_="tag")] if one.rank else []
    name += [element("div", element("a", element("code", one.key), href=anchors[one.key]))] if one.key else []
    return element("tr", element("th", *name, scope="row", role="rowheader"), *cells, role="row")
