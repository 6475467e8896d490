"""The sections of a report on a profit pool: its price by day, what an order brings, who was made to sell (S1-05 …)."""

from collections.abc import Iterator, Sequence

from jifen.engine.amounts import MONEY_DECIMALS
from jifen.tables.charts import Part, draw_rows
from jifen.tables.line_charts import Line, draw_line, line_marks
from jifen.tables.report_data import ExitLine, PoolReport
from jifen.tables.report_figures import grouped, percent
from jifen.tables.report_html import Html, element
from jifen.tables.report_page import BLOCKED, LOCKED, MONEY, PLAIN, Page, amount, definitions, section

PRICE_DECIMALS, PRICE_SHOWN = 12, 6  # places of a price, and how many of them people read
LINES_MAX = 200  # days of a chart; a longer run is drawn with the last of every few


def _kind(page: Page, pool: PoolReport) -> str:
    return pool.title if page.figures.chinese else pool.title_en


def _price(price: int) -> str:
    return "¥" + grouped(price // 10 ** (PRICE_DECIMALS - PRICE_SHOWN), PRICE_SHOWN)


def headline(page: Page, pool: PoolReport) -> Html:
    """Return the price, what it comes from, and how many have been made to sell."""
    translate, last, counts = page.translate, pool.days[-1], page.data.counts
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
        element("h2", translate("Price of a point")),
        element("span", _price(last.price), class_="amount"),
        element("p", translate("what the pool holds, divided by the points in circulation")),
        definitions(facts),
        class_="hero",
    )
    cards = [
        (translate("In the pool"), amount(last.money, MONEY_DECIMALS), translate("stands behind the points")),
        (translate("Points in circulation"), amount(last.supply, pool.decimals), _kind(page, pool)),
        (translate("Members' balances"), amount(pool.balances, MONEY_DECIMALS), translate("can be withdrawn")),
        (
            translate("Have reached the cap"),
            element("span", percent(pool.exited, pool.buyers), class_="amount"),
            translate("of those who bought; they were made to sell"),
        ),
    ]
    small = (element("div", element("h2", name), value, element("p", words)) for name, value, words in cards)
    return element("section", hero, element("div", *small, class_="cards"), class_="headline")


def promise(page: Page, pool: PoolReport) -> Html:
    """Return what is owed beside what came in, and that no price is promised."""
    translate, figures, last = page.translate, page.figures, pool.days[-1]
    bars = [
        Part(name=name, colour=colour, value=max(value, 0), text=figures.money(value))
        for name, colour, value in (
            (translate("Balances of members"), PLAIN, pool.balances),
            (translate("Owed to stores and partners"), LOCKED, pool.stores),
            (translate("In the pool, behind the points"), BLOCKED, last.money),
            (translate("Money received"), MONEY, page.data.totals.received),
        )
    ]
    warning = translate(
        "These are points of a simulated or sandbox programme, and this run moved no money. The price is only what the "
        "pool holds divided by the points: nobody owes it to anybody, and it falls when orders are refunded. Balances "
        "are a liability: somebody must pay for them. Nothing here says that the programme can pay."
    )
    return section(
        translate("What is owed, and what came in"), element("p", warning, class_="warning"), draw_rows(bars)
    )


def one_order(page: Page, pool: PoolReport) -> Iterator[Html]:
    """Yield in plain words what the points of one order are worth on the last day."""
    translate, money, order = page.translate, page.figures.money, pool.order
    if order is None:
        return
    points = f"{grouped(order.points, pool.decimals)} {_kind(page, pool)}"
    sentences = [
        translate("An order of {amount} on the last day is granted {points}.").format(
            amount=money(order.amount), points=points
        ),
        translate("At the price of that day they are worth {worth}; whoever sells them is paid {sold}.").format(
            worth=money(order.worth), sold=money(order.sold)
        ),
    ]
    if order.cap:
        sentences.append(
            translate(
                "They reach {cap} times what was spent only at a price of {price}; the price is {now}. The more orders "
                "there are, the slower the price rises."
            ).format(cap=order.cap, price=_price(order.cap_price), now=_price(pool.days[-1].price))
        )
        sentences.append(
            translate("Of {buyers} members who bought, {exited} have reached it ({share}).").format(
                buyers=f"{pool.buyers:,}", exited=f"{pool.exited:,}", share=percent(pool.exited, pool.buyers)
            )
        )
    yield section(translate("What one order's points are worth"), *(element("p", text) for text in sentences))


def charts(page: Page, pool: PoolReport) -> Iterator[Html]:
    """Yield the lines of the price, the pool and the supply, and their figures."""
    translate, figures = page.translate, page.figures
    stride = -(-len(pool.days) // LINES_MAX)
    days = pool.days[::-1][::stride][::-1]
    texts, times = [str(one.day) for one in days], [figures.day(one.day) for one in days]

    def line(title: str, values: list[int], shown: list[str], decimals: int) -> Html:
        tips = [f"{day}\n{text}" for day, text in zip(texts, shown, strict=True)]
        chart = Line(
            label=translate("{title}, {first} to {last}").format(title=title, first=texts[0], last=texts[-1]),
            description=translate("The figures stand in the table “Day by day”."),
            values=values, times=times, tips=tips,
        )  # fmt: skip
        marks = line_marks(chart)
        return draw_line(chart, figures.marks(marks, decimals))

    prices = [_price(one.price) for one in days]
    pools = [figures.money(one.money) for one in days]
    supplies = [grouped(one.supply, pool.decimals) for one in days]
    title = translate("Price of a point by day")
    yield section(
        title,
        line(title, [one.price for one in days], prices, PRICE_DECIMALS),
        _figures_of_days(page, list(zip(texts, prices, pools, supplies, strict=True))),
        note=translate("In yuan, after each close. Orders, sales and outside money raise it; refunds may lower it."),
    )
    title = translate("Pool by day")
    yield section(title, line(title, [one.money for one in days], pools, MONEY_DECIMALS), wide=False)
    title = translate("Points in circulation by day")
    yield section(title, line(title, [one.supply for one in days], supplies, pool.decimals), wide=False)


def _figures_of_days(page: Page, rows: Sequence[tuple[str, ...]]) -> Html:
    translate = page.translate
    heads = (translate("Day"), translate("Price"), translate("Pool"), translate("Points in circulation"))
    head = element("thead", element("tr", *(element("th", text, scope="col") for text in heads)))
    body = (
        element("tr", element("th", day, scope="row"), *(element("td", text) for text in figures))
        for day, *figures in rows
    )
    name = translate("Show the figures of the charts")
    table = element("table", head, element("tbody", *body))
    frame = element("div", table, class_="scroll", role="region", tabindex=0, aria_label=name)
    return element("details", element("summary", name), frame)


def exits(page: Page, pool: PoolReport) -> Html:
    """Return who was made to sell, the newest first, and how many of the buyers that are."""
    translate, figures = page.translate, page.figures
    title = translate("Made to sell")
    if not pool.exits:
        return section(title, element("p", translate("Nobody has reached the cap."), class_="empty"))
    rows = [
        (translate("Sales in all"), f"{pool.exits_count:,}"),
        (translate("Members"), f"{pool.exited:,}"),
        (translate("Of those who bought"), percent(pool.exited, pool.buyers)),
        (translate("Paid out of the pool"), figures.money(pool.paid_at_exits)),
    ]
    heads = [
        translate("Member"),
        translate("Day"),
        translate("Points sold"),
        translate("Spent since the last time"),
        translate("Paid"),
    ]
    head = element(
        "thead", element("tr", *(element("th", text, scope="col", role="columnheader") for text in heads), role="row")
    )
    body = (_exit(page, pool, one, heads) for one in pool.exits)
    return section(
        title,
        definitions(rows),
        element("table", head, element("tbody", *body), class_="stack", role="table"),
        note=translate("The latest ones; the table “exits” lists each one."),
    )


def _exit(page: Page, pool: PoolReport, one: ExitLine, heads: Sequence[str]) -> Html:
    values = (
        str(one.day),
        grouped(one.points, pool.decimals),
        page.figures.money(one.consumption),
        page.figures.money(one.paid),
    )
    cells = (element("td", text, role="cell", data_label=head) for text, head in zip(values, heads[1:], strict=True))
    name = (element("bdi", one.name), element("div", element("code", one.key)))
    return element("tr", element("th", *name, scope="row", role="rowheader"), *cells, role="row")
