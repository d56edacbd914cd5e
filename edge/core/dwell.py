"""The usual length of a stay, from stays of which some were not seen to their end."""

from collections.abc import Iterable

from edge.core.stays import Stay

STAYS_MIN = 3


def median_s(stays: Iterable[Stay]) -> float | None:
    """The time after which half of those who came have left again, in seconds.

    Who is still there, or was lost from sight, counts for as long as he was seen (product-limit
    estimate, Kaplan and Meier 1958): leaving them out would make stays look short. None while fewer
    than three are known to have left, or half of them have not.
    """
    whole = sorted((stay.length_s, not stay.left) for stay in stays if stay.is_whole)
    if sum(not goes_on for _, goes_on in whole) < STAYS_MIN:
        return None
    staying = 1.0
    for gone, (length_s, goes_on) in enumerate(whole):
        if not goes_on:
            staying *= 1 - 1 / (len(whole) - gone)
            if staying <= 1 / 2 + 1e-9:
                return length_s
    return None
