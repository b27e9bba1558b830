"""The cells of any file that people have: CSV, JSON lines, Parquet, logs of evaluations, and of data frames."""
