"""What every route works with, put on the application by `create_app`."""

from dataclasses import dataclass
from typing import Annotated

from fastapi import Depends, Request

from edge.calibration.access import Door
from edge.calibration.desk import Desk
from edge.calibration.view import View


@dataclass(frozen=True, slots=True)
class Context:
    """The page's parts. `every_min`: minutes between the snapshots that it takes by itself."""

    camera: str
    door: Door
    desk: Desk
    view: View
    every_min: float


def context(request: Request) -> Context:
    """The context of the application that serves this request."""
    found: Context = request.app.state.context
    return found


Page = Annotated[Context, Depends(context)]
