"""One tap: what a page answers to a POST, with JavaScript or without."""

from __future__ import annotations

from collections.abc import Callable

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django_htmx.http import trigger_client_event


def tapped(
    request: HttpRequest,
    *,
    to: str,
    again: Callable[[], HttpResponseBase],
    said: str = "",
    wrong: bool = False,
) -> HttpResponseBase:
    """Answer a POST: htmx gets the page drawn anew (`again`) and a toast; anyone else is sent to `to` with a message.

    `said` is what the toast says, nothing when empty; `wrong` marks it as an error.
    """
    if not getattr(request, "htmx", False):
        if said:
            (messages.error if wrong else messages.success)(request, said)
        response = redirect(to)
        response.status_code = 303
        return response
    request.method = "GET"
    answer = again()
    if said and isinstance(answer, HttpResponse):
        kind = "error" if wrong else ""
        trigger_client_event(answer, "toast", {"text": said, "kind": kind})
    return answer
