"""Raw files with known truth: the example study, and the ground the tests stand on.

Nothing of the analysis is imported here, so that what is measured from these files can be held
against the truth they were made from.
"""
