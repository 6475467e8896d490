"""Payments: money of members that comes through Alipay and WeChat Pay, simulated in the sandbox (S2-22)."""
