"""The peers that the engine is measured beside compute the same day."""
