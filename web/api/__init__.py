"""The JSON API, `/api/v1`: the same operations and shapes as the command line, for programs with a token."""
