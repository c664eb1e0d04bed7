"""When it runs: Prefect flows; the only package that imports Prefect."""
