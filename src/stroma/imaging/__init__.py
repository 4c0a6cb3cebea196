"""Pictures to optical densities, stains and areas."""
