"""Says a state only after it has lasted, so that what is said never flaps."""

from typing import Final

from edge.core.faults import PictureQuality

OK: Final = PictureQuality.OK


class Lasting:
    """What is said of a picture that is seen as this or that; every change has lasted `hold_s`.

    The first picture is believed at once, since nothing better is known. A picture is no longer
    good as soon as none was good for `hold_s`, whatever was wrong with each; it is good again when
    all were for as long. `now` is seconds of a clock that only goes forward.
    """

    def __init__(self, hold_s: float) -> None:
        self._hold_s = hold_s
        self._seen: PictureQuality | None = None
        self._since = 0.0
        self.said: PictureQuality | None = None

    def see(self, seen: PictureQuality, now: float) -> PictureQuality:
        """What is to be said after one more picture."""
        if self.said is None:
            self.said = seen
        elif seen != self._seen and (self.said != OK or OK in (seen, self._seen)):
            self._since = now
        self._seen = seen
        if seen != self.said and now - self._since >= self._hold_s:
            self.said, self._since = seen, now
        return self.said
