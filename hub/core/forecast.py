"""How long a visitor will wait, from the queue in front and the windows that serve it."""

from math import sqrt

Z90 = 1.2816


def expected_wait(ahead: int, windows: int, idle: int, service_s: float) -> tuple[float, float]:
    """Median and 90th percentile of the wait in seconds: the queue-length predictor.

    With `windows` windows taking `service_s` seconds a visitor on average, departures come every
    service_s / windows seconds, and `ahead` + 1 of them must happen, less the `idle` windows
    (Ibrahim & Whitt 2009, M&SOM 11(3), predictor QL). The 90th percentile takes each as
    exponential and the sum as normal. With no window open, one is assumed to open.
    """
    departures = max(0, ahead + 1 - idle)
    gap_s = service_s / max(1, windows)
    mean_s = departures * gap_s
    return mean_s, mean_s + Z90 * sqrt(departures) * gap_s
