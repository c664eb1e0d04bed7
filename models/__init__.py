"""What is true: the tables, one noun a file, with the queries that belong to them, and the settings."""
