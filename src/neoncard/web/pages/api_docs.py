"""/api/docs: the OpenAPI document as a page a person can read, with every example ready to copy."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from neoncard import access
from neoncard.web.api import api


@access.open_to_all
def docs(request: HttpRequest) -> HttpResponse:
    """Every endpoint: method, address, what goes in and what comes out."""
    schema: dict[str, Any] = api.get_openapi_schema(path_prefix="/api/")
    calls = [
        {
            "method": method.upper(),
            "path": path,
            "summary": call.get("summary", ""),
            "description": call.get("description", ""),
            "parameters": call.get("parameters", []),
            "takes": _fields(schema, call.get("requestBody", {})),
            "gives": _fields(schema, next(iter(call["responses"].values()))),
        }
        for path, methods in schema["paths"].items()
        for method, call in methods.items()
    ]
    context = {"calls": calls, "url": settings.NEONCARD_URL}
    return render(request, "api/docs.html", context)


def _fields(schema: dict[str, Any], body: dict[str, Any]) -> list[tuple[str, str, str]]:
    """The columns of a body, as (name, type, description)."""
    content = body.get("content", {}).get("application/json", {}).get("schema", {})
    ref = content.get("$ref") or content.get("items", {}).get("$ref", "")
    model = schema["components"]["schemas"].get(ref.rsplit("/", 1)[-1], {})
    return [
        (name, _type(spec), spec.get("description", ""))
        for name, spec in model.get("properties", {}).items()
    ]


def _type(spec: dict[str, Any]) -> str:
    if "anyOf" in spec:
        return " | ".join(_type(each) for each in spec["anyOf"])
    if spec.get("type") == "array":
        return f"list of {_type(spec['items'])}"
    if "$ref" in spec:
        return str(spec["$ref"]).rsplit("/", 1)[-1].removesuffix("Out").lower()
    return str(spec.get("format") or spec.get("type", ""))
