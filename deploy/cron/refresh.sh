#!/bin/sh
# One refresh, and what its exit code means to a scheduler that knows only success and failure.
# HANDOFF_BIN, HANDOFF_HOME, HANDOFF_LANDING and the secrets come from the environment.
set -u
"${HANDOFF_BIN:-/opt/handoff/.venv/bin/handoff}" refresh --landing "${HANDOFF_LANDING:?}" "$@"
code=$?
case "$code" in
    0) echo "handoff: published" ;;
    1) echo "handoff: a gate failed; what was published before is still served" ;;
    2) echo "handoff: wrong options, settings or definition; somebody has to change them" ;;
    3) echo "handoff: too many bad rows in the input; see raw.quarantine" ;;
    4) echo "handoff: another refresh is running; the next call comes anyway"; code=0 ;;
    5) echo "handoff: engine or storage error; trying again may help" ;;
    *) echo "handoff: stopped with code $code" ;;
esac
exit "$code"
