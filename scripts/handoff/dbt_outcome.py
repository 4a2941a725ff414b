"""Reads one result of dbt as a plain sentence: what failed, where, and how badly."""

import re
from dataclasses import dataclass
from typing import Any

from handoff.privacy import first_sentence

PROBLEM_KINDS = ("test", "contract", "error", "skipped")
GOOD = {"success", "pass", "no-op", "reused"}
# Messages by which a model's contract, not the engine, refuses what was built.
CONTRACT_SIGNS = ("enforced contract", "NOT NULL constraint failed", "CHECK constraint failed")
# "Runtime Error in model dim_leads (models/dim_leads.sql)": the sentence says that already.
HEADING = re.compile(r"\A\s*\w+ Error in [^\n]*\n")
TESTS = ("test", "unit_test")
# What an engine says that found itself at fault: it answers nothing until it is opened anew.
ENGINE_STOPPED = re.compile(r"\b(FATAL|INTERNAL) Error\b")


@dataclass(frozen=True)
class Problem:
    """One node that did not pass; `kind` is test, contract, error, skipped, or warning."""

    kind: str
    node: str
    model: str | None
    sentence: str


def problem_of(result: Any) -> Problem | None:
    """Read one node's result; None if all is well with it."""
    status = str(result.status)
    if status in GOOD:
        return None
    node, message = result.node.name, HEADING.sub("", str(result.message or ""))
    model = _tested_model(result.node)
    if status == "warn":
        sentence = f"The test {node}{_of(model)} found {result.failures} rows to look at."
        return Problem("warning", node, model, sentence)
    if status == "skipped":
        return Problem("skipped", node, model, f"{node} did not run: what it needs failed.")
    if status == "fail":
        return Problem("test", node, model, _failed_test(result, model))
    if any(sign in message for sign in CONTRACT_SIGNS):
        sentence = f"The contract of {node} was broken: {_ended(first_sentence(message))}"
        return Problem("contract", node, model, sentence)
    kind = str(result.node.resource_type).replace("_", " ")
    of_model = _of(model) if result.node.resource_type in TESTS else ""
    sentence = f"The {kind} {node}{of_model} could not run: {_ended(first_sentence(message))}"
    return Problem("error", node, model, sentence)


def _failed_test(result: Any, model: str | None) -> str:
    if result.node.resource_type == "unit_test":
        return f"The unit test {result.node.name}{_of(model)} gave other rows than it expects."
    rows = "1 row" if result.failures == 1 else f"{result.failures} rows"
    return f"The test {result.node.name}{_of(model)} found {rows} that break its claim."


def _tested_model(node: Any) -> str | None:
    if node.resource_type not in TESTS:
        return node.name
    attached = getattr(node, "attached_node", None) or getattr(node, "tested_node_unique_id", None)
    if attached:
        return attached.split(".")[-1]
    depends = getattr(node, "depends_on_nodes", [])
    return depends[0].split(".")[-1] if len(depends) == 1 else None


def _of(model: str | None) -> str:
    return f" of {model}" if model else ""


def _ended(sentence: str) -> str:
    return sentence if sentence.endswith((".", "…", "!")) else sentence + "."


def engine_stopped(outcome: Any) -> str | None:
    """Give the words with which the engine stopped itself in a call of dbt; None: it did not."""
    results = outcome.result.results if outcome.result is not None else []
    said = [str(outcome.exception or ""), *(str(one.message or "") for one in results)]
    found = next((words for words in said if ENGINE_STOPPED.search(words)), None)
    return first_sentence(HEADING.sub("", found)) if found is not None else None
