"""The steps of the observations, each after the one that it names."""
