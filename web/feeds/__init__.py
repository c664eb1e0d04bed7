"""Calendar feeds over HTTP: serving them, and the pages that make an address."""
