"""The literature as evidence: records, decisions, extracted values, and what they say together."""
