"""Books and results on disk: folders of CSV or Parquet tables, read and written exactly."""
