"""A usual shop's point tables: one row a lot, a wallet and a log, changed row by row through the ORM."""
