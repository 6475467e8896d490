"""Sales: products, orders, payments confirmed by operators, refunds."""
