"""Head office's catalogue is searched by any part of a word, page by page, and filled from lists (S3-15, S3-26)."""

from io import BytesIO
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.sales.warehouse import Warehouse

HEADING = "编码,一级分类,二级分类,名称,英文名称,兑换值,库存,上架\n"


@pytest.fixture
def warehouse(db: None) -> "Warehouse":
    from tests.sales.warehouse import open_warehouse

    return open_warehouse()


def found(warehouse: "Warehouse", words: str, category_id: int | None = None) -> list[str]:
    """Return the codes of what is found, in order."""
    from jifen.sales.catalogue import Asked, find

    return [one.code for one in find(warehouse.programme.pk, Asked(words, category_id)).products]


@pytest.mark.parametrize(
    ("words", "codes"),
    [
        ("毛巾", ["towel", "bath-towel"]),
        ("巾", ["towel", "bath-towel"]),
        ("浴毛", ["bath-towel"]),
        ("棉 毛巾", ["towel"]),
        ("TOWEL", ["towel", "bath-towel"]),
        ("ＴＯＷＥＬ", ["towel", "bath-towel"]),
        ("owe", ["towel", "bath-towel"]),
        ("巾毛", []),
        ("杯 毛巾", []),
        ("100%", ["towel"]),
        ("%", ["towel"]),
        ("_", []),
        ("t", ["towel", "bath-towel", "thermos"]),
        ("", ["towel", "bath-towel", "thermos"]),
    ],
)
def test_any_part_of_a_word_is_found_chinese_or_english(warehouse: "Warehouse", words: str, codes: list[str]) -> None:
    warehouse.goods("towel", 30, "100%棉毛巾")
    warehouse.goods("bath-towel", 60, "浴毛巾")
    warehouse.goods("thermos", 90, "保温杯")

    assert found(warehouse, words) == codes


def test_a_category_holds_what_is_below_it(warehouse: "Warehouse") -> None:
    from jifen.sales.models import Product

    home = warehouse.category("家居")
    towels = warehouse.category("毛巾", home)
    for code, category in (("cup", home), ("towel", towels), ("rice", warehouse.category("食品"))):
        warehouse.goods(code, 30)
        Product.objects.filter(code=code).update(category=category)

    assert found(warehouse, "", category_id=home.pk) == ["cup", "towel"]
    assert found(warehouse, "", category_id=towels.pk) == ["towel"]
    assert found(warehouse, "商品", category_id=home.pk) == ["cup", "towel"]


@pytest.mark.parametrize("order", ["", "low", "high"])
def test_pages_follow_one_another_without_a_gap(warehouse: "Warehouse", order: str) -> None:
    from jifen.sales.catalogue import Asked, find

    for number in range(23):
        warehouse.goods(f"g{number:02}", 10 + number // 3)
    whole = [one.pk for one in find(warehouse.programme.pk, Asked(order=order), limit=100).products]

    seen, after = [], ""
    for _page in range(5):
        page = find(warehouse.programme.pk, Asked(order=order, after=after), limit=5)
        seen += [one.pk for one in page.products]
        after = page.next

    assert seen == whole
    assert len(whole) == 23
    assert after == ""


def test_what_is_off_offer_or_sold_elsewhere_is_not_found(warehouse: "Warehouse") -> None:
    from jifen.sales.models import Product

    warehouse.goods("towel", 30)
    warehouse.goods("old", 30)
    Product.objects.filter(code="old").update(active=False)
    warehouse.product("car", 30, points_allowed=False)

    assert found(warehouse, "") == ["towel"]


def looked(warehouse: "Warehouse", content: bytes) -> tuple[int, dict[int, str]]:
    """Return the id of an uploaded list, and its errors by line."""
    from jifen.sales.importing import look, upload

    listed = upload(programme_id=warehouse.programme.pk, name="goods.csv", content=content, operator_id=warehouse.wang)
    return listed.pk, {one.line: f"{one.column}: {one.message}" for one in look(listed).problems}


def test_a_list_adds_and_changes_goods_and_makes_their_categories(warehouse: "Warehouse") -> None:
    from jifen.sales.importing import import_products
    from jifen.sales.models import Category, Product

    warehouse.goods("towel", 30, "旧毛巾", stock=7)
    rows = (
        'towel,家居,毛巾,棉毛巾,,35.5,,\ncup,家居,杯子,保温杯,Thermos,90,12,否\nrice,食品,,大米,Rice,"1,000",不限,是\n'
    )
    listed, problems = looked(warehouse, (HEADING + rows).encode("gb18030"))

    done = import_products(import_id=listed, operator_id=warehouse.wang)
    import_products(import_id=listed, operator_id=warehouse.wang)

    assert problems == {}
    assert (done.added, done.changed, done.categories) == (2, 1, 4)
    goods = {one.code: one for one in Product.objects.select_related("category__parent")}
    towel, cup, rice = goods["towel"], goods["cup"], goods["rice"]
    assert (towel.title, towel.title_en, towel.price, towel.stock) == ("棉毛巾", "towel", 3_550, 7)
    assert (cup.price, cup.stock, cup.active, rice.price, rice.stock) == (9_000, 12, False, 100_000, None)
    assert str(cup.category) == "杯子"
    assert cup.category is not None
    assert str(cup.category.parent) == "家居"
    assert Category.objects.count() == 4
    assert warehouse.acts("list goods.csv") == ["import_products"]


def test_every_error_of_a_list_has_its_line_and_nothing_is_half_done(warehouse: "Warehouse") -> None:
    from jifen.sales.importing import ListError, import_products
    from jifen.sales.models import Category, Product

    warehouse.product("car", 30, points_allowed=False)
    rows = [
        "good,家居,,好的,,10,,",
        "no value,,,名称,,10,,",
        "free,,,名称,,0,,",
        "exact,,,名称,,10.005,,",
        "good,,,又一次,,10,,",
        "car,,,车,,10,,",
        "below,,毛巾,名称,,10,,",
        "minus,,,名称,,10,-1,",
        "maybe,,,名称,,10,,也许",
        "empty,,,,,10,,",
    ]
    listed, problems = looked(warehouse, (HEADING + "\n".join(rows)).encode())

    with pytest.raises(ListError):
        import_products(import_id=listed, operator_id=warehouse.wang)

    assert list(problems) == [3, 4, 5, 6, 7, 8, 9, 10, 11]
    assert problems[6] == "code: good stands in line 2 already"
    assert problems[7] == "code: car is a product outside of the catalogue"
    assert problems[8] == "category: name the category above 毛巾"
    assert problems[11] == "title: a new product needs this"
    assert list(Product.objects.values_list("code", flat=True)) == ["car"]
    assert not Category.objects.exists()


def test_a_list_without_the_columns_that_are_needed_says_so(warehouse: "Warehouse") -> None:
    _listed, problems = looked(warehouse, "编码,颜色\ntowel,红\n".encode())

    assert problems == {1: "value: this column is missing"}


def test_a_dropped_list_is_not_imported(warehouse: "Warehouse") -> None:
    from jifen.sales.importing import ListError, drop_import, import_products

    listed, _problems = looked(warehouse, (HEADING + "towel,,,毛巾,,10,,\n").encode())

    drop_import(import_id=listed, operator_id=warehouse.wang)

    with pytest.raises(ListError):
        import_products(import_id=listed, operator_id=warehouse.wang)


def test_excel_is_read_and_a_bar_code_of_which_digits_are_lost_is_refused(warehouse: "Warehouse") -> None:
    import xlsxwriter

    target = BytesIO()
    book = xlsxwriter.Workbook(target, {"in_memory": True})
    sheet = book.add_worksheet()
    for place, row in enumerate(
        [["Code", "Title", "Points"], [6901234567892, "Tea", 12.5], [1234567890123456789, "T", 1]]
    ):
        sheet.write_row(place, 0, row)
    book.close()

    _listed, problems = looked(warehouse, target.getvalue())

    assert problems == {3: "code: Excel kept only the first digits of this number; write it as text"}
