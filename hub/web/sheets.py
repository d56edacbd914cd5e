"""Reads lists that people or programs send in: JSON, or CSV whose first row names the columns."""

import csv
import io
from typing import TypeVar

from fastapi import Request
from pydantic import ValidationError

from hall.messages import Message
from hub.web.problems import Refusal

M = TypeVar("M", bound=Message)


async def sheet(request: Request, model: type[M], rows: str) -> M:
    """The body as `model`, whose field `rows` holds the list; empty cells are left out.

    Raises Refusal where it is neither.
    """
    body = await request.body()
    try:
        if not request.headers.get("content-type", "").startswith("text/csv"):
            return model.model_validate_json(body)
        read = csv.DictReader(io.StringIO(body.decode("utf-8-sig")))
        given = [{key: cell for key, cell in row.items() if key and cell} for row in read]
        return model.model_validate({rows: given})
    except (ValidationError, UnicodeDecodeError, csv.Error) as error:
        raise Refusal("invalid_request") from error
