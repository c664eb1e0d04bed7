"""What `dondoc serve` supervises: its parts, each a process of its own, which live and end together."""
