"""Puts the calibration page together: its routes, its guard, its built files."""

from pathlib import Path
from typing import Final

from fastapi import FastAPI
from fastapi.responses import FileResponse
from fastapi.staticfiles import StaticFiles

from edge.calibration import entry, fit_routes, picture_routes, refusals
from edge.calibration.context import Context
from edge.calibration.guard import Guard

STATIC: Final = Path(__file__).parent / "static"
API: Final = "/api/v1"


def create_app(context: Context | None, version: str, static: Path = STATIC) -> FastAPI:
    """The page's application. Without a context it serves only to describe its routes."""
    app = FastAPI(
        title="Calibration of a camera of Huiting 慧厅",
        version=version,
        docs_url=None,
        redoc_url=None,
        openapi_url=None,
    )
    app.state.context = context
    app.add_middleware(Guard)
    refusals.install(app)
    for routes in (entry, picture_routes, fit_routes):
        app.include_router(routes.router, prefix=API)

    @app.get("/", include_in_schema=False)
    def page() -> FileResponse:
        return FileResponse(static / "calibration.html")

    app.mount("/assets", StaticFiles(directory=static / "assets", check_dir=False))
    return app
