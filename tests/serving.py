"""The platform in a thread, for programs that send it requests over a socket."""

from collections.abc import Iterator
from contextlib import contextmanager
from threading import Thread
from wsgiref.simple_server import WSGIRequestHandler, make_server


class Quiet(WSGIRequestHandler):
    """Says nothing of the requests it answers."""

    def log_request(self, *_of: object) -> None:
        """Say nothing."""


@contextmanager
def served() -> Iterator[str]:
    """Serve the platform in a thread, on the database that Django works in."""
    from django.core.wsgi import get_wsgi_application
    from django.db import connections

    application = get_wsgi_application()
    server = make_server("127.0.0.1", 0, application, handler_class=Quiet)

    def serve() -> None:
        server.serve_forever()
        connections.close_all()

    thread = Thread(target=serve)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
