"""The goods of head office's catalogue in an alliance's sample: two levels of categories, values in points (S3-15)."""

# (code, Chinese title, English title, value in points)
Goods = tuple[tuple[str, str, str, int], ...]
Child = tuple[str, str, Goods]

CATALOGUE: tuple[tuple[str, str, tuple[Child, ...]], ...] = (
    ("粮油副食", "Food", (
        ("粮油", "Grain and oil", (
            ("rice-5", "东北大米五公斤", "Northeast rice, 5 kg", 50),
            ("flour", "高筋面粉两袋", "Two bags of bread flour", 20),
            ("peanut-oil", "压榨花生油", "Pressed peanut oil", 88),
            ("camellia-oil", "山茶油礼盒", "Camellia oil gift box", 200),
        )),
        ("茶点干货", "Tea and snacks", (
            ("nuts", "每日坚果", "Daily nuts", 30),
            ("green-tea", "明前绿茶", "Early green tea", 128),
            ("honey", "洋槐蜂蜜", "Acacia honey", 50),
            ("noodles", "手工挂面", "Hand-made noodles", 10),
            ("mushrooms", "香菇木耳礼盒", "Mushroom gift box", 88),
        )),
    )),
    ("家居日用", "Home", (
        ("清洁", "Cleaning", (
            ("soap", "皂角洗衣皂", "Laundry soap", 10),
            ("detergent", "洗衣液两瓶", "Two bottles of detergent", 30),
            ("tissues", "抽纸一箱", "A box of tissues", 50),
        )),
        ("厨房", "Kitchen", (
            ("bowl", "青花碗四只", "Four blue-and-white bowls", 30),
            ("knife", "不锈钢菜刀", "Steel kitchen knife", 88),
            ("wok", "铸铁炒锅", "Cast-iron wok", 200),
            ("pot", "砂锅", "Clay pot", 50),
            ("rice-cooker", "智能电饭煲", "Smart rice cooker", 388),
        )),
        ("床品毛巾", "Linen", (
            ("towel", "纯棉毛巾", "Cotton towel", 20),
            ("towels", "毛巾浴巾套装", "Towel set", 88),
            ("quilt", "蚕丝被", "Silk quilt", 388),
            ("pillow", "荞麦枕", "Buckwheat pillow", 128),
        )),
    )),
    ("个人护理", "Care", (
        ("洗护", "Washing", (
            ("toothpaste", "中草药牙膏", "Herbal toothpaste", 10),
            ("shampoo", "生姜洗发水", "Ginger shampoo", 30),
            ("hand-cream", "护手霜", "Hand cream", 20),
        )),
        ("小家电", "Small appliances", (
            ("dryer", "负离子吹风机", "Hair dryer", 128),
            ("toothbrush", "电动牙刷", "Electric toothbrush", 200),
            ("massager", "颈部按摩仪", "Neck massager", 388),
        )),
    )),
)  # fmt: skip
