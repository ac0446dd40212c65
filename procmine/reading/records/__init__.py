"""Files that know their types: XES, JSON, Parquet."""
