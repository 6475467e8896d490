"""Settings, probes, logs, headers and error pages."""
