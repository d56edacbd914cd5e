"""How many people are in the hall without a ticket, as a figure that rules can decide upon."""

from hall.messages import Text
from hub.core.situation import Signal, Situation


def unticketed(situation: Situation) -> Signal:
    """People seen, less those with a live ticket, by the hall's picture.

    Stale while nothing can be said, a camera is left out, or tickets and cameras contradict each
    other. Companions of ticket holders and staff in view count as people without a ticket, so that
    a rule wants a level well above what the hall has on a quiet day.
    """
    picture = situation.picture
    at = max((zone.at for zone in picture.zones.values() if zone.at), default=situation.now)
    present, without = picture.present, picture.unticketed
    blind = any(not camera.used for camera in picture.cameras.values())
    if present is None or without is None or blind or picture.doubt:
        return Signal(value=0.0, at=at, stale=True)
    return Signal(
        value=without.value,
        at=at,
        note=Text(
            zh=f"在场约 {present.value:.0f} 人，其中 {without.low:.0f}–{without.high:.0f} 人没有号",
            en=f"about {present.value:.0f} present, {without.low:.0f}–{without.high:.0f} of them"
            " without a ticket",
        ),
    )
