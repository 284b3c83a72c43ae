"""Commands of the service: serve, settings."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from kg.cli.common import AsJson, Home, app, load, print_json, say
from kg.errors import UsageError

if TYPE_CHECKING:
    import socket


@app.command(epilog="Example: kg serve --port 8080")
def serve(
    host: Annotated[str | None, typer.Option(help="Address to listen at (default: KG_HOST).")] = None,
    port: Annotated[int | None, typer.Option(help="Port; 0 takes a free one (default: KG_PORT).")] = None,
    home: Home = None,
) -> None:
    """Serve the API and the web page; a new build is taken over while serving."""
    from pkgutil import resolve_name

    import uvicorn

    from kg.base import Live

    settings = load(home=home, host=host, port=port)
    live = Live(settings)
    create_app = resolve_name("api.app:create_app")  # the layer above, so it is not imported but looked up
    with _listening(settings.host, settings.port) as listener:
        address, number = listener.getsockname()[:2]
        shown = {"0.0.0.0": "127.0.0.1", "::": "[::1]"}.get(address, f"[{address}]" if ":" in address else address)
        config = uvicorn.Config(create_app(live), log_level="warning", server_header=False, timeout_graceful_shutdown=3)
        say(f"Open http://{shown}:{number}/ (API: http://{shown}:{number}/docs); Ctrl-C ends.")
        uvicorn.Server(config).run(sockets=[listener])


def _listening(host: str, port: int) -> socket.socket:
    import socket

    try:
        family = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)[0][0]
        return socket.create_server((host, port), family=family, backlog=2048)
    except OSError as e:
        raise UsageError(f"cannot listen at {host}, port {port} ({e.strerror}); choose another one with --port") from e


@app.command(epilog="Example: KG_HOME=~/course kg settings")
def settings(as_json: AsJson = False) -> None:
    """Print the table of settings: variable, default, what it is."""
    from kg.settings import as_text, table

    if as_json:
        print_json([{"variable": r.variable, "default": r.default, "help": r.help} for r in table()])
    else:
        print(as_text())
