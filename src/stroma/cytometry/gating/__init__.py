"""Hand-drawn gates applied to events."""
