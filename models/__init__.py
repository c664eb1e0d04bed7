"""Tables, settings, file formats and the rules in SQL that belong to them."""
