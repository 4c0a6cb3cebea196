"""Which source suits an application, with what is known, what is not, and whose weights."""
