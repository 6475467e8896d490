"""Payouts: withdrawal requests and their review."""
