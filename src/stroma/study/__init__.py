"""The study folder: its sheets and settings, checked before anything is measured."""
