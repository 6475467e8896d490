"""What holds for every page: languages, banner, weight, nothing from elsewhere, nothing inline."""

import re
from html.parser import HTMLParser
from pathlib import Path

import pytest
from django.contrib.staticfiles import finders
from django.test import Client

from jifen.web.amounts import Amount, AmountNotReadError, Money, read_amount
from jifen.web.icons import OUTLINES
from tests.web.stage import Stage, guest, text_of

PAGES = [
    *("", "statement", "lots", "team", "team/1", "invite", "mall", "mall/tea", "orders", "withdraw", "me", "settings"),
    *("wallets", "wallets/points", "wallets/token", "convert", "transfer"),
]
ENTRY = ["login", "join"]
WEIGHT_MAX = 150_000
CSS_MAX = 32_000
JS_MAX = 8_000
AA = 4.5
CHINESE = re.compile(r"[\u4e00-\u9fff]")
OF_THE_PROGRAMME = re.compile(
    r"积分释放增值|简体中文|中文|普洱茶|[王李]\S*|S4-.*|[\u4e00-\u9fff]*[省市区州县盟]\b|\S*特别行政区|翠竹路 1 号"
)


class Page(HTMLParser):
    """Reads what a page asks for and how it is labelled."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.addresses: list[str] = []
        self.inline: list[str] = []
        self.ids: list[str] = []
        self.labels: set[str] = set()
        self.fields: list[dict[str, str | None]] = []
        self.texts: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        named = dict(attrs)
        self.addresses += [named[name] or "" for name in ("src", "href", "action", "hx-get") if name in named]
        self.inline += [f"<{tag} {name}>" for name in named if name == "style" or name.startswith("on")]
        if tag == "style" or (tag == "script" and "src" not in named):
            self.inline.append(f"<{tag}>")
        self.ids += [named["id"] or ""] if "id" in named else []
        if tag == "label" and named.get("for"):
            self.labels.add(named["for"] or "")
        if tag in {"input", "select", "textarea"} and named.get("type") != "hidden":
            self.fields.append(named)

    def handle_data(self, data: str) -> None:
        self.texts.append(data)


@pytest.fixture
def traded(stage: Stage) -> Stage:
    """Everybody has bought, and three days are settled."""
    stage.buy("wang")
    stage.buy("li")
    stage.place("wang")
    stage.settle(days=3)
    return stage


def shown(client: Client, page: str) -> str:
    answer = client.get(f"/release/{page}")
    assert answer.status_code == 200, page
    return text_of(answer)


@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_every_page_is_shown_in_both_languages_under_the_banner(traded: Stage, language: str) -> None:
    client, visitor = traded.browser("wang", language=language), guest(language)
    banner = {"en": "Trial platform", "zh-hans": "演示平台"}[language]

    for page in PAGES:
        assert banner in shown(client, page), page
    for page in ENTRY:
        assert banner in shown(visitor, page), page


def test_english_pages_have_no_chinese_of_ours(traded: Stage) -> None:
    client = traded.browser("wang", language="en")

    for page in PAGES:
        said = " ".join(Page(shown(client, page)).texts)
        assert not CHINESE.search(OF_THE_PROGRAMME.sub("", said)), page


def test_pages_run_nothing_inline_and_ask_nobody_else(traded: Stage) -> None:
    client = traded.browser("wang")

    for page in PAGES:
        read = Page(shown(client, page))
        assert read.inline == [], page
        assert [address for address in read.addresses if "//" in address or address.startswith("data:")] == [], page


def test_every_field_has_a_label_and_every_id_is_used_once(traded: Stage) -> None:
    client, visitor = traded.browser("wang"), guest()

    for page, text in [*((page, shown(client, page)) for page in PAGES), *((p, shown(visitor, p)) for p in ENTRY)]:
        read = Page(text)
        unnamed = [
            field
            for field in read.fields
            if field.get("id") not in read.labels and not field.get("aria-label") and "aria-hidden" not in field
        ]
        assert [field for field in unnamed if field.get("type") != "checkbox"] == [], page
        assert len(read.ids) == len(set(read.ids)), page


def test_a_first_visit_is_light(traded: Stage) -> None:
    client = traded.browser("wang")

    for page in PAGES:
        text = shown(client, page)
        assets = {
            address.removeprefix("/static/") for address in Page(text).addresses if address.startswith("/static/")
        }
        weight = len(text.encode()) + sum(Path(found).stat().st_size for found in map(finders.find, assets) if found)
        assert weight < WEIGHT_MAX, page


def test_our_own_files_stay_small() -> None:
    assert Path(str(finders.find("web/jifen.css"))).stat().st_size < CSS_MAX
    assert Path(str(finders.find("web/jifen.js"))).stat().st_size < JS_MAX


def test_style_sheets_and_scripts_ask_nobody_else() -> None:
    for name in ("web/jifen.css", "web/jifen.js"):
        assert "//" not in Path(str(finders.find(name))).read_text("utf-8").replace("// ", "")


def tokens(dark: bool) -> dict[str, str]:
    """Return the colours of the style sheet."""
    css = Path(str(finders.find("web/jifen.css"))).read_text("utf-8")
    light, night = re.findall(r":root \{(.*?)\}", css, flags=re.DOTALL)
    found = dict(re.findall(r"--([\w-]+): (#\w+)", light))
    return found | dict(re.findall(r"--([\w-]+): (#\w+)", night)) if dark else found


def luminance(colour: str) -> float:
    digits = colour.lstrip("#")
    digits = "".join(digit * 2 for digit in digits) if len(digits) == 3 else digits
    parts = [int(digits[n : n + 2], 16) / 255 for n in (0, 2, 4)]
    red, green, blue = (part / 12.92 if part <= 0.03928 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    dark, light = sorted((luminance(one), luminance(other)))
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
@pytest.mark.parametrize(
    ("ink", "ground"),
    [
        *(("ink", ground) for ground in ("ground", "card", "raised")),
        *(("soft", ground) for ground in ("ground", "card", "raised")),
        *(("brand-ink", ground) for ground in ("ground", "card", "brand-tint")),
        *(("on-hero", ground) for ground in ("hero-from", "hero-to")),
        *(("on-hero-soft", ground) for ground in ("hero-from", "hero-to")),
        ("on-brand", "brand-fill"),
        *((ink, "card") for ink in ("price", "gain", "bad")),
        *((tone, f"{tone}-tint") for tone in ("bad", "warn", "info")),
    ],
)
def test_colours_of_text_keep_aa_contrast(ink: str, ground: str, dark: bool) -> None:
    found = tokens(dark)

    assert contrast(found[ink], found[ground]) >= AA


@pytest.mark.parametrize("number", range(6))
def test_letters_on_tiles_keep_aa_contrast(number: int) -> None:
    assert contrast("#fff", tokens(dark=False)[f"tile{number}"]) >= AA


def test_icons_are_outlines_of_our_own() -> None:
    assert all(re.fullmatch(r"[MLHVCSQTAZmlhvcsqtaz0-9 .,-]+", outline) for outline in OUTLINES.values())


def test_amounts_are_written_with_separators_and_at_least_two_decimals() -> None:
    assert str(Amount(12_345_678_900, 4)) == "1,234,567.89"
    assert str(Amount(360_000, 4)) == "36.00"
    assert str(Amount(-361_234, 4)) == "-36.1234"
    assert str(Amount(7, 0)) == "7"
    assert Amount(360_000, 4).signed == "+36.00"
    assert str(Money(-123_450)) == "-¥1,234.50"


def test_amounts_are_read_exactly() -> None:
    assert read_amount(" 1,200.5 ", 2) == 120_050
    assert read_amount("１２", 2) == 1_200
    for text in ("1.234", "x", "1e3x", "nan", "inf"):
        with pytest.raises(AmountNotReadError):
            read_amount(text, 2)
