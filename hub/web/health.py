"""Routes for those who run the hub: alive, ready, metrics."""

from fastapi import APIRouter, Response
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, Gauge, generate_latest

from hall.http import Readiness
from hub.web.context import Hub

router = APIRouter(tags=["health"])


@router.get("/healthz")
def healthz() -> Response:
    """The process answers."""
    return Response("ok", media_type="text/plain")


@router.get("/readyz")
def readyz(hub: Hub, response: Response) -> Readiness:
    """Whether commands are taken and the broker is there; 503 if not."""
    checks = Readiness(engine=hub.engine.alive, broker=hub.broker_connected())
    response.status_code = 200 if checks.engine and checks.broker else 503
    return checks


@router.get("/metrics")
def metrics(hub: Hub) -> Response:
    """Figures for Prometheus; nothing about any person."""
    registry = CollectorRegistry()
    view = hub.engine.view()
    waiting = Gauge("huiting_waiting", "Tickets waiting", ["service"], registry=registry)
    for service, queue in view.queues.services.items():
        waiting.labels(service).set(queue.waiting)
    people = Gauge("huiting_people", "People seen", ["camera"], registry=registry)
    for crowd in hub.engine.seen.cameras.values():
        people.labels(crowd.camera).set(crowd.count)
    for name, about, value in (
        ("huiting_alerts", "Alerts that have not cleared", len(view.state.live_alerts())),
        ("huiting_readings_refused", "Readings refused", hub.engine.refused_readings),
        ("huiting_calls_passed_over", "Calls too old to announce", hub.calls_passed_over()),
        (
            "huiting_observations_dropped",
            "Readings that could not be kept",
            hub.store.observations.dropped,
        ),
        ("huiting_broker_connected", "Broker answers", hub.broker_connected()),
    ):
        Gauge(name, about, registry=registry).set(value)
    return Response(generate_latest(registry), media_type=CONTENT_TYPE_LATEST)
