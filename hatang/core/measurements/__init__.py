"""The measurement table: append-only rows of speed tests in Parquet by month, their statistics, where a point lies."""
