"""Routes of what is to come: arrivals of today and the next days, and the load ahead."""

from datetime import date, timedelta
from typing import Annotated

from fastapi import APIRouter, Depends

from hall.forecasts import ArrivalsForecast, LoadForecast
from hub.core.coming import arrivals_forecast, load_forecast
from hub.core.commands import Actor
from hub.core.expected import DAYS_AHEAD
from hub.web.access import May
from hub.web.context import Hub
from hub.web.problems import Refusal

router = APIRouter(prefix="/forecast", tags=["forecasts"])

Adviser = Annotated[Actor, Depends(May("see_advice"))]


@router.get("/arrivals")
def arrivals(
    actor: Adviser, hub: Hub, service: str | None = None, day: date | None = None
) -> ArrivalsForecast:
    """Visitors by quarter of an hour: of a service or the hall, today or in the next two weeks."""
    view = hub.engine.view()
    if service is not None and service not in view.plan.service_by_id:
        raise Refusal("unknown_service")
    today = view.plan.local(view.now).date()
    day = day or today
    if not today <= day <= today + timedelta(days=DAYS_AHEAD):
        raise Refusal("no_forecast")
    patterns = hub.engine.patterns
    return arrivals_forecast(view.plan, view.state, patterns, view.now, service=service, day=day)


@router.get("/load")
def load(actor: Adviser, hub: Hub) -> LoadForecast:
    """How busy the hall's windows will be over the next half hour, and whether a peak comes."""
    view = hub.engine.view()
    return load_forecast(view.plan, view.state, hub.engine.patterns, hub.engine.peaks, view.now)
