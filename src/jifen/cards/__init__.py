"""Cards of members: made in batches, bought by stores in ranges, opened, bound, lost, replaced (S3-06, S3-18)."""
