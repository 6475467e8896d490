"""Where members of the stories live, and what they type to say so."""

from jifen.sales.addresses import Address, Kept, keep_address

LUOHU = "440303"  # a district of Shenzhen, in Guangdong
WEST_LAKE = "330106"  # a district of Hangzhou, in Zhejiang
HOME = Address("王小明", "13800000009", "翠竹路 1 号", LUOHU)
PLACE = "广东省深圳市罗湖区 翠竹路 1 号"
TYPED = {"to": "new", "name": HOME.name, "phone": HOME.phone, "region": HOME.region, "address": HOME.address}


def at_home(member_id: int, address: Address = HOME) -> Kept:
    """Let a member keep an address; the first is taken wherever no other is chosen."""
    return keep_address(member_id, address)
