"""What holds for all tests: no example of a property is judged by the clock, as machines differ."""

from hypothesis import settings

settings.register_profile("unhurried", deadline=None)
settings.load_profile("unhurried")
