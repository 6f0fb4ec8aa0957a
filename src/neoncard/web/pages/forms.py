"""What forms share."""

from __future__ import annotations

from django import forms


def blame(form: forms.Form, problem: ValueError) -> None:
    """Put an action's refusal ("field: reason") beside its field, or above the form when it has none."""
    field, colon, reason = str(problem).partition(": ")
    if colon and field in form.fields:
        form.add_error(field, reason)
    else:
        form.add_error(None, reason or str(problem))
