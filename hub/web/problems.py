"""Refusals as RFC 9457 problem details, in the reader's language."""

from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException

from hall.http import Problem
from hub.core.refusals import REFUSALS, Refused
from hub.store import StoreFailed

_BY_STATUS = {404: "not_found", 405: "method_not_allowed", 413: "too_large"}
_RETRY_AFTER_S = {"unavailable": 5, "report_pending": 5, "booking_too_often": 600}


class Refusal(Exception):
    """Ends a request with a row of the table of refusals."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


def language(request: Request) -> str:
    """`?lang=`, else the first language of Accept-Language that we speak, else zh."""
    asked = request.query_params.get("lang")
    if asked in {"zh", "en"}:
        return str(asked)
    for preferred in request.headers.get("accept-language", "").split(","):
        tag = preferred.split(";")[0].strip().lower()[:2]
        if tag in {"zh", "en"}:
            return tag
    return "zh"


def sentence(request: Request, code: str) -> str:
    """What a refusal says, in the reader's language."""
    text = REFUSALS[code].text
    return text.en if language(request) == "en" else text.zh


def problem(request: Request, code: str) -> Response:
    """The answer to a refused request."""
    row = REFUSALS[code]
    detail = sentence(request, code)
    body = Problem(title=row.text.en, status=row.status, detail=detail, code=code)
    headers = {"Content-Language": language(request)}
    if code == "not_signed_in":
        headers["WWW-Authenticate"] = "Bearer"
    if code in _RETRY_AFTER_S:
        headers["Retry-After"] = str(_RETRY_AFTER_S[code])
    return Response(
        body.model_dump_json(), row.status, headers, media_type="application/problem+json"
    )


def install(app: FastAPI) -> None:
    """Make every failure of `app` a problem."""

    @app.exception_handler(Refusal)
    def refusal(request: Request, error: Refusal) -> Response:
        return problem(request, error.code)

    @app.exception_handler(RequestValidationError)
    def invalid(request: Request, error: RequestValidationError) -> Response:
        return problem(request, "invalid_request")

    @app.exception_handler(StoreFailed)
    def unavailable(request: Request, error: StoreFailed) -> Response:
        return problem(request, "unavailable")

    @app.exception_handler(HTTPException)
    def other(request: Request, error: HTTPException) -> Response:
        return problem(request, _BY_STATUS.get(error.status_code, "invalid_request"))


def granted(outcome: str | Refused | None) -> str | None:
    """The answer to a command, or the refusal raised."""
    if isinstance(outcome, Refused):
        raise Refusal(outcome.code)
    return outcome
