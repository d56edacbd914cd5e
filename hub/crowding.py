"""When each zone was fullest, for reports: what cameras saw and the journal does not hold."""

from collections.abc import Callable
from datetime import UTC, datetime, time, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from hall.reports import ZonePeak
from hub.core.plan import HallPlan
from hub.core.report import Beside, Period
from hub.store import Observations, StoreFailed

MINUTE_S: Final = 60
QUARTER_S: Final = 900


class Crowding:
    """Looks up the fullest step of each zone; a report without it is better than none."""

    def __init__(
        self, plan: HallPlan, observations: Observations, clock: Callable[[], datetime]
    ) -> None:
        self._plan, self._observations, self._clock = plan, observations, clock

    def __call__(self, period: Period) -> Beside:
        """The peaks of a period; none of zones that nothing was seen of."""
        zone = ZoneInfo(self._plan.timezone)
        start = datetime.combine(period.first, time.min, zone)
        end = datetime.combine(period.last + timedelta(days=1), time.min, zone)
        step_s = MINUTE_S if period.kind == "day" else QUARTER_S
        try:
            found = [
                self._peak(each.id, int(start.timestamp()), int(end.timestamp()), step_s)
                for each in self._plan.zones
            ]
        except StoreFailed:
            return Beside()
        return Beside(peaks=tuple(peak for peak in found if peak is not None))

    def _peak(self, zone: str, start_s: int, end_s: int, step_s: int) -> ZonePeak | None:
        now = self._clock()
        _, steps = self._observations.curve(
            camera=None, zone=zone, start_s=start_s, end_s=end_s, step_s=step_s, now=now
        )
        believed = [step for step in steps if step.most is not None]
        if not believed:
            return None
        fullest = max(believed, key=lambda step: step.most or 0.0)
        return ZonePeak(
            zone=zone,
            name=self._plan.zone_by_id[zone].name,
            at=datetime.fromtimestamp(fullest.at_s, UTC),
            people=fullest.most or 0.0,
            density_per_m2=fullest.density,
        )
