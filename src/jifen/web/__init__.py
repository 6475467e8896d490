"""The mobile pages of members."""
