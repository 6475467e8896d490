"""A small programme with agents: one device, few months, targets that a handful of people can meet."""

DOCUMENT = """\
code = "devices"
title = "设备租赁"
title_en = "Device lease"
effective_from = 2024-01-01
time_zone = "Asia/Shanghai"

[points.lease_income]
title = "租赁收益"
title_en = "lease income"
decimals = 4
withdrawable = true

[points.sales_points]
title = "销售积分"
title_en = "sales points"
decimals = 4
withdrawable = true

[[on_order]]
use = "grant_units"
source = "made for a test"
kind = "lease_income"
product = "device"
price = 7000
tiers = [{ name = "one", title = "一台", title_en = "One", quantity = 1, multiple = 3 }]

[agents]
use = "agency"
source = "made for a test"
referrer_must_be_agent = true

[ranks]
use = "unit_rank"
source = "made for a test"
agents_only = true
active_sellers = 0
units_below = 0
table = [
    { name = "district", title = "区代", title_en = "District agent", units = 2, per_unit = 1 },
    { name = "city", title = "市代", title_en = "City agent", units = 4, per_unit = 2.5 },
]

[[daily]]
use = "unit_differential"
source = "made for a test"
kind = "sales_points"
consumes_lots = true

[[monthly]]
use = "monthly_release"
source = "made for a test"
first_months = 2
first_rate = 0.03
rate = 0.05
declared = "monthly_rate"
usual_min = 0.05
usual_max = 0.10
first_month = "next"

[[monthly]]
use = "weighted_dividend"
source = "made for a test"
rank = "city"
units_min = 4
rate = 0.05
declared = "parking_revenue"
kind = "sales_points"
consumes_lots = true

[[monthly]]
use = "sales_ranking"
source = "made for a test"
places = 2
prize = 1000
declared = "ranking_prize"
kind = "sales_points"
consumes_lots = true

[[monthly]]
use = "rank_review"
source = "made for a test"
new_units = 3
strikes = 3

[refund]
use = "refund"
source = "made for a test"
policy = "within_balance"
"""
