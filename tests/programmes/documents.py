"""Small documents of leased devices: released monthly at a declared rate, or daily by an amount that is drawn."""

HEAD = """\
code = "{code}"
title = "租赁"
title_en = "Lease"
effective_from = 2024-01-01
time_zone = "Asia/Shanghai"

[points.lease_income]
title = "租赁收益"
title_en = "lease income"
decimals = 4
withdrawable = true

[points.mall_points]
title = "消费积分"
title_en = "mall points"
decimals = 4

[points.referral_points]
title = "分享积分"
title_en = "referral points"
decimals = 4
withdrawable = true

[[on_order]]
use = "grant_units"
source = "S0-06, S0-13"
kind = "lease_income"
product = "device"
price = 7000
tiers = [{{ name = "one", title = "一", title_en = "One", quantity = 1, multiple = 3 }}]

[[on_payment]]
use = "reserve"
source = "made for a test"
share = 1

[[on_withdrawal]]
use = "withdrawal"
source = "S0-48: 提现通道费6%，奖励6%消费积分"
fee = 0.06
reward = 0.06
reward_kind = "mall_points"

[[on_adjust]]
use = "adjustment"
source = "S0-86"

[[on_freeze]]
use = "freeze"
source = "S0-80"
stops = ["withdraw"]

[refund]
use = "refund"
source = "made for a test"
policy = "within_balance"
"""

MONTHLY = (
    HEAD.format(code="lease")
    + """
[[monthly]]
use = "monthly_release"
source = "S0-19, S0-20"
first_months = 2
first_rate = 0.03
rate = 0.05
declared = "monthly_rate"
usual_min = 0.05
usual_max = 0.10
second_kind = "mall_points"
second_share = 0.20
"""
)
DAILY = (
    HEAD.format(code="daily")
    + """
[[daily]]
use = "daily_amount"
source = "S0-59, S0-60"
amount = 15
amount_min = 10
amount_max = 20
declared = "daily_amount"
seed = "daily_seed"
second_kind = "mall_points"
second_share = 0.20
"""
)
