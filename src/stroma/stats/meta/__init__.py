"""Pooling of published estimates: effect sizes, random effects, clusters, small-study effects.

Our own small core, held to metafor (Viechtbauer W. J Stat Softw 2010;36(3)) and clubSandwich by
``validation/pooling``.
"""
