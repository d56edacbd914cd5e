"""What a tally says in figures, fairly: rare answers are counted but not judged."""

from datetime import date
from math import sqrt
from typing import Final

from hall.messages import RatingLevel, Text
from hall.reports import (
    AlertFigures,
    AppointmentFigures,
    ClassFigures,
    ClerkFigures,
    DayLine,
    Desk,
    DiversionFigures,
    HourFigures,
    KeyFigures,
    Pause,
    PickFigures,
    Ratings,
    ServiceFigures,
    Spread,
    Waits,
    WindowFigures,
)
from hub.core.alert_kinds import named
from hub.core.durations import Durations
from hub.core.plan import HallPlan
from hub.core.report_tally import Counted, Tally

FEWEST_ANSWERS: Final = 5
_Z: Final = 1.959964  # of a 95 % interval
HOURS: Final = 24
_QUARTERS: Final = 96


def key_figures(tally: Tally, service: str | None = None) -> KeyFigures:
    """Of the hall, or of one service."""
    of = () if service is None else (service,)
    place = ("hall", "") if service is None else ("service", service)
    left, no_show, lapsed = (tally.count(each, *of) for each in _ENDS)
    finished = tally.count("finished", *place)
    ended = finished + left + no_show + lapsed
    return KeyFigures(
        arrivals=tally.count("arrived", *of),
        served=tally.count("served", *place),
        waits=_waits(tally, *of),
        service=spread(tally.durations("service", "service", *of)),
        left=left,
        no_show=no_show,
        lapsed=lapsed,
        left_share=_share(left, ended),
        no_show_share=_share(no_show, ended),
        after_hours=tally.count("after_hours") if service is None else 0,
        ratings=ratings(tally, *place),
    )


_ENDS: Final[tuple[Counted, ...]] = ("left", "no_show", "lapsed")


def spread(durations: Durations) -> Spread:
    """Durations in figures, to a tenth of a second."""
    return Spread(**_spread(durations))


def _spread(durations: Durations) -> dict[str, float]:
    if not durations.n:
        return {"n": 0}
    return {
        "n": durations.n,
        "mean_s": round(durations.mean_s, 1),
        "p50_s": round(durations.quantile_s(0.5), 1),
        "p90_s": round(durations.quantile_s(0.9), 1),
        "p95_s": round(durations.quantile_s(0.95), 1),
        "max_s": round(durations.most_ms / 1000, 1),
    }


def _waits(tally: Tally, *of: str) -> Waits:
    durations = tally.durations("wait", *of)
    over = {
        name: _share(tally.count(name, *of), durations.n)
        for name in ("over_target", "over_30_min", "over_60_min")
    }
    return Waits.model_validate({**_spread(durations), **over})


def ratings(tally: Tally, *place: str) -> Ratings:
    """How visitors judged, as far as there are enough of them."""
    counts = {level: tally.count("rated", *place, str(int(level))) for level in RatingLevel}
    asked, answered = tally.count("finished", *place), sum(counts.values())
    if answered < FEWEST_ANSWERS:
        return Ratings(asked=asked, answered=answered)
    good = sum(n for level, n in counts.items() if level >= RatingLevel.FAIRLY_SATISFIED)
    low, high = wilson(good, answered)
    return Ratings.model_validate(
        {
            "asked": asked,
            "answered": answered,
            "levels": tuple(counts.values()),
            "satisfied": round(good / answered, 4),
            "satisfied_low": round(low, 4),
            "satisfied_high": round(high, 4),
        }
    )


def wilson(good: int, n: int) -> tuple[float, float]:
    """The 95 % score interval of a share `good` of `n` > 0 (Wilson 1927)."""
    share, weight = good / n, _Z * _Z / n
    middle = (share + weight / 2) / (1 + weight)
    half = _Z * sqrt(share * (1 - share) / n + weight / (4 * n)) / (1 + weight)
    return max(0.0, middle - half), min(1.0, middle + half)


def _share(part: int, whole: int) -> float | None:
    return round(part / whole, 4) if whole else None


def day_line(day: date, tally: Tally) -> DayLine:
    """One day of a longer period."""
    return DayLine(day=day, figures=key_figures(tally))


def quarters(tally: Tally, *service: str) -> tuple[int, ...]:
    """Arrivals by quarter-hour of the day."""
    found = [0] * _QUARTERS
    for words, n in tally.counts.get("arrived", {}).items():
        if words[: len(service)] == service:
            found[int(words[1])] += n
    return tuple(found)


def by_hour(tally: Tally) -> tuple[int, ...]:
    """Arrivals in each hour of the day."""
    arrived, per_hour = quarters(tally), _QUARTERS // HOURS
    return tuple(sum(arrived[hour * per_hour : (hour + 1) * per_hour]) for hour in range(HOURS))


def hours(tally: Tally) -> tuple[HourFigures, ...]:
    """The hours of the day in which anyone came or was called."""
    found = [
        HourFigures(
            hour=hour, arrivals=arrivals, waits=spread(tally.durations("wait_hour", str(hour)))
        )
        for hour, arrivals in enumerate(by_hour(tally))
    ]
    return tuple(each for each in found if each.arrivals or each.waits.n)


def services(plan: HallPlan, tally: Tally) -> tuple[ServiceFigures, ...]:
    """Those of the hall file in its order, then those that it has no more."""
    gone = {
        *tally.next_words("arrived"),
        *tally.next_words("served", "service"),
        *tally.next_words("transferred"),
    } - plan.service_by_id.keys()
    known = [(each.id, each.name) for each in plan.services]
    return tuple(
        ServiceFigures(
            service=service,
            name=name,
            arrivals=quarters(tally, service),
            figures=key_figures(tally, service),
            transferred_away=tally.count("transferred", service)
            - tally.count("transferred", service, service),
            second_chances=tally.count("second_chance", service),
        )
        for service, name in [*known, *((each, Text(zh=each, en=each)) for each in sorted(gone))]
    )


def classes(tally: Tally) -> tuple[ClassFigures, ...]:
    """By what the policy tells visitors apart."""
    return tuple(
        ClassFigures(
            visit=visit,
            arrivals=tally.count("visit", visit),
            waits=spread(tally.durations("wait_visit", visit)),
        )
        for visit in ("walk_in", "priority", "appointment")
    )


def _desk(tally: Tally, *place: str) -> Desk:
    open_ms, busy_ms = tally.count("open_ms", *place), tally.count("busy_ms", *place)
    utilisation = _share(busy_ms, open_ms)
    return Desk(
        open_s=open_ms / 1000,
        busy_s=busy_ms / 1000,
        utilisation=None if utilisation is None else min(1.0, utilisation),
        served=tally.count("served", *place),
        service=spread(tally.durations("service", *place)),
        ratings=ratings(tally, *place),
    )


def windows(plan: HallPlan, tally: Tally) -> tuple[WindowFigures, ...]:
    """Those of the hall file in its order, then those that it has no more."""
    gone = {
        *tally.next_words("open_ms", "window"),
        *tally.next_words("served", "window"),
    } - plan.window_by_id.keys()
    known = [(each.id, each.name) for each in plan.windows]
    return tuple(
        WindowFigures(
            window=window,
            name=name,
            pauses=tuple(
                Pause(
                    reason=reason,
                    times=tally.count("paused", window, reason),
                    total_s=tally.count("paused_ms", window, reason) / 1000,
                )
                for reason in sorted(
                    tally.next_words("paused", window) | tally.next_words("paused_ms", window)
                )
            ),
            **dict(_desk(tally, "window", window)),
        )
        for window, name in [*known, *((each, Text(zh=each, en=each)) for each in sorted(gone))]
    )


def clerks(tally: Tally) -> tuple[ClerkFigures, ...]:
    """By name: an order that judges nobody."""
    names = tally.next_words("open_ms", "clerk") | tally.next_words("served", "clerk")
    return tuple(
        ClerkFigures(clerk=clerk, **dict(_desk(tally, "clerk", clerk))) for clerk in sorted(names)
    )


def picks(tally: Tally) -> tuple[PickFigures, ...]:
    """Calls out of turn, the most frequent first."""
    found = [
        PickFigures(
            window=window,
            reason=reason,
            times=n,
            overtaken=tally.count("overtaken", window, reason),
        )
        for (window, reason), n in tally.counts.get("picked", {}).items()
    ]
    return tuple(sorted(found, key=lambda each: (-each.times, each.window, each.reason)))


def appointments(tally: Tally) -> AppointmentFigures:
    """Booked visits."""
    return AppointmentFigures(
        **{what: tally.count("appointment", what) for what in AppointmentFigures.model_fields}
    )


def diversions(tally: Tally) -> tuple[DiversionFigures, ...]:
    """What visitors tried, if any did."""
    return tuple(
        DiversionFigures(
            to=to,
            taken=tally.count("diversion", to, "taken"),
            succeeded=tally.count("diversion", to, "succeeded"),
            returned=tally.count("diversion", to, "returned"),
        )
        for to in ("kiosk", "expert")
        if tally.count("diversion", to)
    )


def alerts(plan: HallPlan, tally: Tally) -> tuple[AlertFigures, ...]:
    """Alerts by rule and subject."""
    of = sorted({words[:2] for words in tally.counts.get("alert", {})})
    return tuple(
        AlertFigures.model_validate(
            {
                "rule": rule,
                "subject": subject,
                "name": named(plan, subject),
                "answered": spread(tally.durations("alert_answered", rule, subject)),
                "lasted": spread(tally.durations("alert_lasted", rule, subject)),
                **{what: tally.count("alert", rule, subject, what) for what in _OUTCOMES},
            }
        )
        for rule, subject in of
    )


_OUTCOMES: Final = (
    "raised",
    "acknowledged",
    "applied",
    "dismissed",
    "measured",
    "helped",
    "cleared",
)
