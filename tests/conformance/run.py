"""Runs Microsoft's Python management SDKs against `opscopilot estate`.

Usage: run.py BINARY [PART OF A NAME]. Starts the estate three times on free ports (as it is, with
two items on a page, throttling), runs every table, and tells n of m; the exit code is 1 if a call
failed, or if one that was not expected to work does.
"""

import logging
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor

from azure.core.exceptions import HttpResponseError

import configuration
import manners
import observability
import optimization
import resiliency
import scope
import security
from clients import Azure
from harness import Call, Nothing, is_absent

TABLES = [scope, observability, security, configuration, resiliency, optimization, manners]
WORLD = ["--seed", "1", "--anchor", "2026-03-02T09:00:00Z", "--listen", "127.0.0.1:0"]
ESTATES = {"plain": [], "paged": ["--page-size", "2"], "throttled": ["--throttle"]}


def start(binary: str, options: list[str]) -> tuple[subprocess.Popen, str]:
    """A running estate and its endpoint, which it prints first."""
    process = subprocess.Popen(
        [binary, "estate", *WORLD, *options], stdout=subprocess.PIPE, text=True
    )
    line = process.stdout.readline()
    if not line.startswith("listening on "):
        raise SystemExit(f"the estate did not start: {line!r}")
    return process, line.split()[-1]


def attempt(call: Call, az: Azure) -> tuple[str, str]:
    """`passed`, `absent` (the estate does not have it) or `failed`, and why."""
    try:
        call.run(az)
        return "passed", ""
    except Nothing as nothing:
        return "absent", str(nothing)
    except HttpResponseError as error:
        return ("absent" if is_absent(error) else "failed"), first_line(error)
    except Exception as error:  # whatever an SDK raises over an answer it cannot read
        return "failed", f"{type(error).__name__}: {first_line(error)}"


def first_line(error: Exception) -> str:
    return (str(error).splitlines() or [""])[0][:400]


def judge(call: Call, not_yet: set[str], result: tuple[str, str]) -> str:
    """The complaint about a result; empty if there is none."""
    outcome, why = result
    if call.operation not in not_yet:
        return "" if outcome == "passed" else why
    if outcome == "failed":
        return f"not expected yet, and broken rather than absent: {why}"
    return ""


def works(table, outcomes: dict[str, list[str]]) -> list[str]:
    """Operations of NOT_YET of which every call passed: their entries are to be removed."""
    done = []
    for operation in sorted(table.NOT_YET):
        got = outcomes.get(operation)
        if got is None:
            done.append(f"{operation}: in NOT_YET, but no call is named so")
        elif all(outcome == "passed" for outcome in got):
            done.append(f"{operation}: works now: remove it from NOT_YET of {table.__name__}.py")
    return done


def run_table(table, az: Azure, part: str) -> tuple[int, int, int, list[str]]:
    """Calls passed, calls expected to, calls not yet expected to, complaints."""
    calls = [call for call in table.CALLS if part in call.name]
    passed, expected, waiting, complaints = 0, 0, 0, []
    outcomes: dict[str, list[str]] = {}
    for call in calls:
        result = attempt(call, az)
        outcomes.setdefault(call.operation, []).append(result[0])
        complaint = judge(call, table.NOT_YET, result)
        if call.operation in table.NOT_YET:
            waiting += 1
        else:
            expected += 1
            passed += not complaint
        if complaint:
            complaints.append(f"{table.__name__}: {call.name}: {complaint}")
    if not part:
        complaints += works(table, outcomes)
    return passed, expected, waiting, complaints


def main() -> int:
    logging.disable(logging.WARNING)  # the SDK warns of each discriminator it does not know
    binary, part = sys.argv[1], " ".join(sys.argv[2:])
    began = time.monotonic()
    estates = {name: start(binary, options) for name, options in ESTATES.items()}
    try:
        az = Azure({name: endpoint for name, (_, endpoint) in estates.items()})
        with ThreadPoolExecutor(2) as pool:
            results = list(pool.map(lambda table: run_table(table, az, part), TABLES))
    finally:
        for process, _ in estates.values():
            process.terminate()
            process.wait()
    complaints = [complaint for result in results for complaint in result[3]]
    for complaint in complaints:
        print(f"FAILED {complaint}")
    for table, (passed, expected, waiting, _) in zip(TABLES, results):
        later = f", {waiting} not expected yet" if waiting else ""
        print(f"  {table.__name__}: {passed} of {expected}{later}")
    passed, expected = sum(r[0] for r in results), sum(r[1] for r in results)
    print(f"conformance: {passed} of {expected} SDK calls passed in {time.monotonic() - began:.0f} s")
    return 1 if complaints else 0


if __name__ == "__main__":
    sys.exit(main())
