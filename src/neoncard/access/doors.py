"""The doors of pages: who may open which, and the one way to fetch a row that may not be there."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any, TypeVar

from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.db.models import Model, QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase

from neoncard.people import queries as people
from neoncard.people.tables import Member, Role

Row = TypeVar("Row", bound=Model)

View = Callable[..., HttpResponseBase]

EVERYONE = frozenset(Role.Name.values)

LEADS = frozenset({Role.Name.LEAD, Role.Name.ADMIN})

HOSTS = LEADS | {Role.Name.HOST}

ADMINS = frozenset({Role.Name.ADMIN})


def only(allowed: frozenset[str] = EVERYONE) -> Callable[[View], View]:
    """Open a page to signed-in members with one of `allowed` roles; strangers go to sign-in, others get 403."""

    def decorate(view: View) -> View:
        @wraps(view)
        def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            if not request.user.is_authenticated:
                if request.headers.get("HX-Request"):
                    return HttpResponse(status=401, headers={"HX-Redirect": "/"})
                return redirect_to_login(request.get_full_path())
            if not people.roles(request.user) & allowed:
                raise PermissionDenied
            return view(request, *args, **kwargs)

        guarded.allowed = allowed  # type: ignore[attr-defined]
        return guarded

    return decorate


def open_to_all(view: View) -> View:
    """Mark a page as open to strangers on purpose; the access test refuses an unmarked one."""
    view.allowed = None  # type: ignore[attr-defined]
    return view


def me(request: HttpRequest) -> Member:
    """The signed-in member; only for pages guarded by `only`."""
    if not isinstance(request.user, Member):
        raise PermissionDenied
    return request.user


def one(rows: QuerySet[Row], **lookup: Any) -> Row:
    """The first of `rows` that fits. Raises Http404 when none does."""
    row = rows.filter(**lookup).first()
    if row is None:
        raise Http404
    return row
