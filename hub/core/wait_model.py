"""A learned model of waits: what the played-forward queue says, corrected by how the hall goes."""

from bisect import bisect_right
from collections.abc import Mapping
from typing import Annotated, Final, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from hub.core.curve import KNOTS_MIN, Curve
from hub.core.sight import Sight
from hub.core.trees import Forest

WAITS_FILE: Final = "waits-model.json"  # in DIR/learned
UNKNOWN: Final = -1.0  # a figure that nothing is known of yet
SLOWEST: Final = 0.02  # calls a minute: a line that stands still is not taken to stand for ever
LONGEST_MIN: Final = 300.0
BANDS_MIN: Final = (5.0, 15.0, 40.0)  # a margin for each band of 90th percentiles
SHORT_LINE: Final = 2  # persons

Margin = Annotated[float, Field(gt=0, le=100)]


class Usual(BaseModel):
    """How a service's queue goes on other days.

    `scale`: wait for each minute that the formula says. `short_min`: wait in a line of at most
    SHORT_LINE. `spread`: mean distance of waits from formula x scale, as a share of it. The others
    are means of what `Sight` calls so.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    scale: Annotated[float, Field(gt=0, allow_inf_nan=False)]
    short_min: float
    windows: float
    waiting: float
    called: float
    called_day: float
    spread: float


FEATURES: Final = (
    "minute",
    "windows",
    "last_wait",
    "wait_before",
    "called_15",
    "called_30",
    "called_60",
    "called_day",
    "joined_30",
    "growth",
    "stalled",
    "pace_last",
    "pace_day",
    "known",
    "hall_waiting",
    "hall_windows",
    "hall_called",
    "waiting",
    "formula",
    "expected",
    "scale",
    "short_min",
    "usual_windows",
    "usual_waiting",
    "usual_called",
    "usual_called_day",
    "spread",
    "windows_to_usual",
    "waiting_to_usual",
    "called_to_usual",
    "joined_to_called",
    "last_wait_to_expected",
    "by_called_30",
    "by_called_60",
    "by_called_day",
    "by_pace_last",
    "by_pace_day",
    "by_short",
    "by_windows",
)


def features(sight: Sight, formula_min: float, usual: Usual) -> tuple[float, ...]:
    """One row in the order of FEATURES; `formula_min`: the median wait by the formula."""
    expected = max(formula_min * usual.scale, 0.5)
    ahead = sight.waiting * min(1.0, formula_min / max(sight.formula_min, formula_min, 1e-9))
    return (
        *_seen(sight),
        *(ahead, formula_min, expected),
        *(usual.scale, usual.short_min, usual.windows, usual.waiting),
        *(usual.called, usual.called_day, usual.spread),
        sight.windows / max(usual.windows, 0.1),
        ahead / max(usual.waiting, 0.1),
        sight.called_30 / max(usual.called, SLOWEST),
        sight.joined_30 / max(sight.called_30, SLOWEST),
        *_reckoned(sight, ahead, expected, usual),
    )


def _seen(sight: Sight) -> tuple[float, ...]:
    """The queue and the hall as they are."""
    return (
        sight.minute,
        sight.windows,
        _known(sight.last_wait),
        _known(sight.wait_before),
        sight.called_15,
        sight.called_30,
        sight.called_60,
        sight.called_day,
        sight.joined_30,
        sight.growth,
        _known(sight.stalled),
        _known(sight.pace_last),
        _known(sight.pace_day),
        sight.known,
        sight.hall_waiting,
        sight.hall_windows,
        sight.hall_called,
    )


def _reckoned(sight: Sight, ahead: float, expected: float, usual: Usual) -> tuple[float, ...]:
    """Waits by other reckonings, as multiples of the expected one.

    The last wait (LES); people in line by the rate of calls (queue length), by the wait for each
    person of those just called, by waits in short lines; the usual number of windows to the open.
    """

    def by_rate(rate: float) -> float:
        return min(ahead / max(rate, SLOWEST), LONGEST_MIN) / expected

    return (
        UNKNOWN if sight.last_wait is None else sight.last_wait / expected,
        by_rate(sight.called_30),
        by_rate(sight.called_60),
        by_rate(sight.called_day),
        UNKNOWN if sight.pace_last is None else sight.pace_last * ahead / expected,
        UNKNOWN if sight.pace_day is None else sight.pace_day * ahead / expected,
        (usual.short_min + max(0.0, ahead - 1.3) * expected / max(ahead, 1.0)) / expected,
        usual.windows / max(sight.windows, 0.5),
    )


def _known(figure: float | None) -> float:
    return UNKNOWN if figure is None else figure


class WaitModel(BaseModel):
    """Quantile trees on the ratio of waits to expected ones, with conformal margins.

    `margins`: by band of the 90th percentile, its factor (Mondrian split conformal: Vovk 2012;
    quantile scores: Romano, Patterson & Candès 2019).
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    version: Annotated[int, Field(ge=1, le=1)] = 1
    usual: Mapping[str, Usual]
    elsewhere: Usual
    median: Forest
    high: Forest
    margins: tuple[Margin, Margin, Margin, Margin]

    @model_validator(mode="after")
    def _within(self) -> Self:
        if max(self.median.width, self.high.width) > len(FEATURES):
            raise ValueError("the trees ask for features that there are not")
        return self

    def quantiles(self, service: str, sight: Sight, formula_min: float) -> tuple[float, float]:
        """Median and 90th percentile of a wait in minutes."""
        usual = self.usual.get(service, self.elsewhere)
        expected = max(formula_min * usual.scale, 0.5)
        row = features(sight, formula_min, usual)
        median = max(0.0, self.median.value(row)) * expected
        return median, max(median, self.widened(self.high.value(row) * expected))

    def widened(self, high_min: float) -> float:
        """A 90th percentile by the trees with its margin."""
        high_min = max(0.0, high_min)
        return high_min * self.margins[bisect_right(BANDS_MIN, high_min)]

    def curve(self, service: str, sight: Sight) -> Curve:
        """What the formula's waits of a service mean now."""
        return Curve.through(
            tuple((knot, *self.quantiles(service, sight, knot)) for knot in KNOTS_MIN)
        )
