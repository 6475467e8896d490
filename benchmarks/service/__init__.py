"""Figures of the running platform: ledger, nightly settlement and member pages on PostgreSQL."""
