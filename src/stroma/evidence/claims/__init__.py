"""The founding article's claims, judged from what is held."""
