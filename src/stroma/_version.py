"""The version of Stroma; a change in any number a user sees raises its major part."""

__version__ = "0.1.0"
