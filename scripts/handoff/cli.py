"""The command `handoff`: finds the step asked for, runs it, ends with an honest exit code."""

import importlib
import json
import signal
import sys
from types import FrameType

import click

from handoff import __version__
from handoff.console import say
from handoff.errors import EXIT_SIGINT, EXIT_SIGTERM, EXIT_USAGE, HandoffError

# Imported only when asked for: `handoff --help` must not wait for dbt.
COMMANDS = {
    "generate": "handoff.generate",
    "refresh": "handoff.refresh",
    "load": "handoff.load",
    "build": "handoff.build",
    "audit": "handoff.audit",
    "publish": "handoff.publish",
    "status": "handoff.status",
    "runs": "handoff.history",
    "rollback": "handoff.rollback",
    "explain": "handoff.explain",
    "report": "handoff.report",
    "alerts": "handoff.alerts",
    "check": "handoff.definition",
    "bench": "handoff.bench",
    "erase": "handoff.erase",
}


class LazyGroup(click.Group):
    """A group whose commands live in modules of their own, each under the name `command`."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Name the commands in the order a day uses them."""
        del ctx
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Import the module of one command."""
        del ctx
        if cmd_name not in COMMANDS:
            return None
        return importlib.import_module(COMMANDS[cmd_name]).command


@click.group(cls=LazyGroup, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="handoff")
def handoff() -> None:
    """Turn raw events and CRM leads into qualified leads everyone counts the same way.

    \b
    Exit codes: 0 published, or nothing was new; 1 built but not published (a gate failed);
    2 usage or definition error; 3 input quarantined beyond the limit; 4 another refresh holds
    the lock; 5 engine or storage error; 130/143 stopped by signal.
    """


def _stop(signal_number: int, _frame: FrameType | None) -> None:
    """Leave by way of the `finally` blocks, so that a stopped run records itself and unlocks."""
    raise SystemExit(EXIT_SIGTERM if signal_number == signal.SIGTERM else EXIT_SIGINT)


def main(arguments: list[str] | None = None) -> int:
    """Run one command and return its exit code."""
    arguments = sys.argv[1:] if arguments is None else arguments
    signal.signal(signal.SIGTERM, _stop)
    try:
        code = handoff.main(args=arguments, standalone_mode=False)
    except HandoffError as error:
        say(f"error: {error}")
        if "--json" in arguments:
            failure = {"error": str(error), "exit_code": error.exit_code, "details": error.details}
            click.echo(json.dumps(failure, default=str, ensure_ascii=False, indent=2))
        return error.exit_code
    except click.exceptions.NoArgsIsHelpError as error:
        error.show()
        return EXIT_USAGE
    except click.ClickException as error:
        error.show()
        return EXIT_USAGE
    except (click.Abort, KeyboardInterrupt):
        say("stopped.")
        return EXIT_SIGINT
    # What a command has said already, on stdout and to people, it ends with by its code alone.
    return code if isinstance(code, int) else 0


if __name__ == "__main__":
    sys.exit(main())
