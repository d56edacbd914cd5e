"""Puts the web application together."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Final

from fastapi import FastAPI

from hub.web import (
    alerts,
    appointments,
    bookings,
    cameras,
    duties,
    forecasts,
    health,
    ledger,
    live,
    observations,
    pages,
    plans,
    problems,
    reports,
    session,
    tickets,
    visitor,
    windows,
)
from hub.web.context import Context
from hub.web.guard import Guard

ROUTES: Final = (
    session,
    ledger,
    tickets,
    windows,
    appointments,
    bookings,
    alerts,
    cameras,
    observations,
    duties,
    reports,
    forecasts,
    plans,
    live,
    visitor,
)


def create_app(context: Context | None, version: str) -> FastAPI:
    """The hub's application. Without a context it serves only to describe its routes."""

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        if context is not None:
            context.stream.bind(asyncio.get_running_loop())
        yield

    app = FastAPI(
        title="Huiting 慧厅",
        version=version,
        lifespan=lifespan,
        docs_url=None,
        redoc_url=None,
        telemetry={"tracing": False, "metrics": False, "logs": False},  # looked for at each request
    )
    app.state.context = context
    app.add_middleware(Guard)
    problems.install(app)
    for routes in ROUTES:
        app.include_router(routes.router, prefix="/api/v1")
    app.include_router(bookings.held, prefix="/api/v1")
    app.include_router(visitor.router, include_in_schema=False)
    app.include_router(health.router)
    pages.mount(app)
    return app
