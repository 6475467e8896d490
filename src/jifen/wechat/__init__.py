"""The official account at WeChat: who follows it, its menu, and what it tells members (S3-07, S3-19)."""
