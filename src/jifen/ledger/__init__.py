"""The ledger: accounts, transfers, entries, lots and balances in PostgreSQL; the only code that touches its tables."""
