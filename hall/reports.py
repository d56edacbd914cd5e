"""What a report of the hall says: the figures of a day, a week or a month, as HTTP carries them."""

from datetime import date
from typing import Annotated, Literal

from pydantic import Field

from hall.messages import ConfiguredId, Message, Moment, NonNegative, Seconds, Text

Share = Annotated[float, Field(ge=0, le=1)]
Kind = Literal["day", "week", "month"]
CellKind = Literal["text", "count", "decimal", "share", "figure"]
Cell = str | int | float | None


class Spread(Message):
    """Durations: how many, their mean and largest, and percentiles.

    Percentiles are of the nearest rank, within 1 % (or 1 s, if that is more). Without any duration
    there are no figures.
    """

    n: int
    mean_s: Seconds | None = None
    p50_s: Seconds | None = None
    p90_s: Seconds | None = None
    p95_s: Seconds | None = None
    max_s: Seconds | None = None


class Waits(Spread):
    """Waits until the first call, and which share was longer than its target, 30 and 60 minutes."""

    over_target: Share | None = None
    over_30_min: Share | None = None
    over_60_min: Share | None = None


class Ratings(Message):
    """Ratings (好差评). Of `asked` finished visits, `answered` were rated.

    With fewer than five answers there is no more to be said, in fairness to those who rate and who
    are rated. `levels`: how often each level from 5 (very satisfied) to 1 was chosen. `satisfied`:
    the share of levels 3 to 5, with the 95 % interval of Wilson (1927).
    """

    asked: int
    answered: int
    levels: tuple[int, int, int, int, int] | None = None
    satisfied: Share | None = None
    satisfied_low: Share | None = None
    satisfied_high: Share | None = None


class KeyFigures(Message):
    """The hall at a glance; docs/reports.md defines each figure.

    `left`: gave their number up. `lapsed`: held too long. The shares are of all visits that ended.
    """

    arrivals: int
    served: int
    waits: Waits
    service: Spread
    left: int
    no_show: int
    lapsed: int
    left_share: Share | None
    no_show_share: Share | None
    after_hours: int
    ratings: Ratings


class Compared(Message):
    """The key figures of an earlier period."""

    kind: Kind
    first: date
    last: date
    figures: KeyFigures


class DayLine(Message):
    """One day of a longer period."""

    day: date
    figures: KeyFigures


class ServiceFigures(Message):
    """One service. `arrivals`: visitors by quarter-hour of the day, 96 of them."""

    service: ConfiguredId
    name: Text
    arrivals: tuple[int, ...]
    figures: KeyFigures
    transferred_away: int
    second_chances: int


class HourFigures(Message):
    """One hour of the day: who arrived in it, and how long those called in it had waited."""

    hour: int
    arrivals: int
    waits: Spread


class ClassFigures(Message):
    """Visitors by what the hall's policy tells apart: walk-in, priority, appointment."""

    visit: str
    arrivals: int
    waits: Spread


class Pause(Message):
    """How long a window was paused for one reason, and how often."""

    reason: str
    times: int
    total_s: Seconds


class Desk(Message):
    """The work of a window or of a clerk.

    `busy_s`: from each call until the visitor has left. `utilisation`: of the time open.
    """

    open_s: Seconds
    busy_s: Seconds
    utilisation: Share | None
    served: int
    service: Spread
    ratings: Ratings


class WindowFigures(Desk):
    """One window."""

    window: ConfiguredId
    name: Text
    pauses: tuple[Pause, ...]


class ClerkFigures(Desk):
    """One clerk, at whichever windows."""

    clerk: str


class PickFigures(Message):
    """Calls out of turn at a window for one reason, and how many others were passed over."""

    window: ConfiguredId
    reason: str
    times: int
    overtaken: int


class AppointmentFigures(Message):
    """Booked visits: made and given back in this time, and what came of those that were due."""

    booked: int
    cancelled: int
    came: int
    late: int
    no_show: int
    to_come: int


class DiversionFigures(Message):
    """Visitors who tried a kiosk or a remote expert, and for how many that was enough."""

    to: Literal["kiosk", "expert"]
    taken: int
    succeeded: int
    returned: int


class AlertFigures(Message):
    """Alerts of one rule on one subject, and what came of them.

    `measured`: how often it was looked whether followed advice changed its figure; `helped`: how
    often it was lower then.
    """

    rule: ConfiguredId
    subject: ConfiguredId
    name: Text
    raised: int
    acknowledged: int
    applied: int
    dismissed: int
    measured: int
    helped: int
    cleared: int
    answered: Spread
    lasted: Spread


class ZonePeak(Message):
    """When a zone was fullest, as cameras saw it."""

    zone: ConfiguredId
    name: Text
    at: Moment
    people: NonNegative
    density_per_m2: NonNegative | None = None


class ForecastFigures(Message):
    """Arrivals as they were forecast by hour of the day; `off`: sum of errors / sum of arrivals."""

    expected: tuple[NonNegative, ...]
    off: NonNegative | None


class Report(Message):
    """Answer of `GET /api/v1/reports/{day|week|month}/…`.

    `state`: "none" without any data, "running" until the period is over, then "final". `until`: up
    to when it tells. `clerks` are absent for those who may not see them, `crowding` where no camera
    told anything, `forecast` where none was kept.
    """

    hall: Text
    timezone: str
    kind: Kind
    first: date
    last: date
    state: Literal["none", "running", "final"]
    until: Moment | None
    days: tuple[DayLine, ...]
    figures: KeyFigures
    compared: tuple[Compared, ...]
    hours: tuple[HourFigures, ...]
    services: tuple[ServiceFigures, ...]
    classes: tuple[ClassFigures, ...]
    windows: tuple[WindowFigures, ...]
    clerks: tuple[ClerkFigures, ...] | None
    picks: tuple[PickFigures, ...]
    further_waits: Spread
    transferred: int
    second_chances: int
    second_chances_served: int
    held: int
    returned: int
    appointments: AppointmentFigures
    diversions: tuple[DiversionFigures, ...]
    callbacks_opened: int
    callbacks_done: int
    alerts: tuple[AlertFigures, ...]
    crowding: tuple[ZonePeak, ...] | None = None
    forecast: ForecastFigures | None = None


class Column(Message):
    """Heading of a column and what its cells hold: decimals have one digit, shares are 0 to 1."""

    title: str
    kind: CellKind


class Table(Message):
    """Figures as people read them, in one language.

    In a column of kind "figure", a cell is of the kind that `kinds` says for its row.
    """

    name: str
    title: str
    columns: tuple[Column, ...]
    rows: tuple[tuple[Cell, ...], ...]
    kinds: tuple[CellKind, ...] = ()

    def kind(self, row: int, column: int) -> CellKind:
        """What a cell holds."""
        kind = self.columns[column].kind
        return self.kinds[row] if kind == "figure" else kind


class Tables(Message):
    """Answer of `GET /api/v1/reports/…?format=tables`: what CSV, workbook and PDF hold."""

    title: str
    tables: tuple[Table, ...]
