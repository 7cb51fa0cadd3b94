"""What a browser, or a proxy on the way, may keep."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

FOR_NOBODY = "private, no-store"


class KeepPrivate:
    """Let nobody keep what somebody signed in was shown, unless the page itself says how."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if not response.has_header("Cache-Control") and request.user.is_authenticated:
            response["Cache-Control"] = FOR_NOBODY
        return response
