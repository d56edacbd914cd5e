"""The pages themselves, as built from hub/web/ui."""

from collections.abc import Callable
from pathlib import Path
from typing import Final

from fastapi import APIRouter, FastAPI
from fastapi.responses import FileResponse
from fastapi.staticfiles import StaticFiles

STATIC: Final = Path(__file__).parent / "static"
PAGES: Final = {
    "/": "dashboard",
    "/alerts": "alerts",
    "/staffing": "staffing",
    "/window/{window}": "window",
    "/display": "display",
    "/t/{token}": "ticket",
    "/book": "book",
    "/b/{token}": "book",
    "/reports": "reports",
    "/admin": "admin",
    "/design": "design",
}


def mount(app: FastAPI, static: Path = STATIC) -> None:
    """Serve every page and its assets."""
    router = APIRouter(include_in_schema=False)
    for path, name in PAGES.items():
        router.add_api_route(path, _page(static / f"{name}.html"), methods=["GET", "HEAD"])
    app.include_router(router)
    app.mount("/assets", StaticFiles(directory=static / "assets", check_dir=False))


def _page(file: Path) -> Callable[[], FileResponse]:
    def page() -> FileResponse:
        return FileResponse(file, headers={"Cache-Control": "no-cache"})

    return page
