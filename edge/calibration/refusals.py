"""The page's table of refusals, answered as RFC 9457 problems in the reader's language."""

from typing import Final, Literal, NamedTuple

from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException

from hall.http import Problem


class Row(NamedTuple):
    """HTTP status and the sentence a person reads."""

    status: int
    zh: str
    en: str


Code = Literal[
    "not_signed_in",
    "wrong_code",
    "too_many_tries",
    "csrf",
    "foreign_origin",
    "not_local",
    "too_large",
    "not_found",
    "method_not_allowed",
    "invalid_request",
    "no_picture",
    "damaged_picture",
    "not_written",
    "drawing_refused",
    "too_few_labels",
    "fit_running",
    "nothing_fitted",
]
REFUSALS: Final[dict[Code, Row]] = {
    "not_signed_in": Row(
        401,
        "请先输入验证码。",
        "Please type the code first.",
    ),
    "wrong_code": Row(
        401,
        "验证码不对。请看运行命令的窗口，输入最后显示的那一个。",
        "That is not the code. Type the one that the command's window showed last.",
    ),
    "too_many_tries": Row(
        429,
        "输错次数过多。请等半分钟，再输入命令窗口里的新验证码。",
        "Too many wrong codes. Wait half a minute, then type the new one in the command's window.",
    ),
    "csrf": Row(
        403,
        "页面已过期，请刷新后再试。",
        "This page is out of date. Reload it and try again.",
    ),
    "foreign_origin": Row(
        403,
        "只接受本页面发出的请求。",
        "Only requests from this page itself are taken.",
    ),
    "not_local": Row(
        403,
        "只能在本地网络内、用本机地址打开。",
        "Open this page from the local network, by this box's own address.",
    ),
    "too_large": Row(
        413,
        "内容太大，没有保存。",
        "That is too much at once; nothing was saved.",
    ),
    "not_found": Row(
        404,
        "这张快照已不在，请刷新列表。",
        "That is no longer here. Reload the list.",
    ),
    "method_not_allowed": Row(405, "不支持这种请求。", "This is not done this way."),
    "invalid_request": Row(
        422,
        "内容有误，没有保存。",
        "Something in it is not right; nothing was saved.",
    ),
    "no_picture": Row(
        409,
        "摄像机现在没有画面，请检查连接后再试。",
        "The camera shows no picture now. Check its connection and try again.",
    ),
    "damaged_picture": Row(
        409,
        "有快照文件已损坏，请删除后重取。",
        "A snapshot's file is damaged. Delete it and take another.",
    ),
    "not_written": Row(
        507,
        "写不进磁盘（可能已满），原有内容没有变。请腾出空间后再试。",
        "The disk cannot be written (is it full?); what was there is kept. Make room, try again.",
    ),
    "drawing_refused": Row(
        422,
        "图形有误，没有保存。",
        "The drawing is not right yet; nothing was saved.",
    ),
    "too_few_labels": Row(
        409,
        "标注还不够，请再标几张人数不同的快照。",
        "Too few labels. Label some more snapshots with different numbers of people.",
    ),
    "fit_running": Row(
        409,
        "正在计算，请等它结束或先停止。",
        "A fit is running. Wait for its end, or stop it first.",
    ),
    "nothing_fitted": Row(
        409,
        "还没有可采用的结果，请先计算。",
        "There is no result to accept yet. Fit first.",
    ),
}
_BY_STATUS: Final[dict[int, Code]] = {404: "not_found", 405: "method_not_allowed"}


class Refusal(Exception):
    """Ends a request with a row of the table; `why` is added to its sentence."""

    def __init__(self, code: Code, why: str = "") -> None:
        super().__init__(code)
        self.code, self.why = code, why


def language(request: Request) -> Literal["zh", "en"]:
    """`?lang=`, else the first language of Accept-Language that we speak, else zh."""
    tags = [request.query_params.get("lang", "")]
    tags += request.headers.get("accept-language", "").split(",")
    for tag in (each.split(";")[0].strip().lower()[:2] for each in tags):
        if tag == "zh":
            return "zh"
        if tag == "en":
            return "en"
    return "zh"


def problem(request: Request, code: Code, why: str = "") -> Response:
    """The answer to a refused request."""
    row, spoken = REFUSALS[code], language(request)
    text = row.en if spoken == "en" else row.zh
    body = Problem(title=row.en, status=row.status, detail=f"{text} {why}".strip(), code=code)
    return Response(
        body.model_dump_json(),
        row.status,
        {"Content-Language": spoken},
        media_type="application/problem+json",
    )


def install(app: FastAPI) -> None:
    """Make every failure of `app` a problem."""

    @app.exception_handler(Refusal)
    def refusal(request: Request, error: Refusal) -> Response:
        return problem(request, error.code, error.why)

    @app.exception_handler(RequestValidationError)
    def invalid(request: Request, error: RequestValidationError) -> Response:
        first = error.errors()[0]
        where = ".".join(str(each) for each in first["loc"] if each != "body")
        return problem(request, "invalid_request", f"{where}: {first['msg']}")

    @app.exception_handler(OSError)
    def unwritten(request: Request, error: OSError) -> Response:
        return problem(request, "not_written")

    @app.exception_handler(HTTPException)
    def other(request: Request, error: HTTPException) -> Response:
        return problem(request, _BY_STATUS.get(error.status_code, "invalid_request"))
