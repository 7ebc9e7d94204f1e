"""Leaves out the generated requests whose meaning the OpenAPI document cannot express."""

import schemathesis


@schemathesis.hook
def filter_query(context, query):
    """An empty parameter counts as not given, so it is accepted although its schema does not allow it."""
    values = [value for values in (query or {}).values() for value in (values if isinstance(values, list) else [values])]
    return "" not in values


@schemathesis.hook
def filter_case(context, case):
    """A blank credential header counts as absent, so that the caller's key is used."""
    return (case.headers or {}).get("Authorization", "none").strip() != ""
