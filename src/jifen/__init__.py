"""Jifen (积分): one exact engine that runs any points programme."""

__version__ = "0.1.0"
