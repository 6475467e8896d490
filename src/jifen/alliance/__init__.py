"""What head office, branches, stores and shareholders of an alliance do with one another (S3)."""
