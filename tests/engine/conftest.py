"""Hypothesis in these tests: no deadline, for the first call of a kernel compiles it."""

from hypothesis import HealthCheck, settings

settings.register_profile("engine", deadline=None, max_examples=60, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("engine")
