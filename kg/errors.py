"""What can go wrong, as one tree. A message says what, where and how to mend it, in one line.

KgError
├── UsageError          the call itself is wrong: a missing folder, an unknown format (exit 2, HTTP 422)
├── SettingsError       a setting or an ontology file cannot be used (exit 2)
├── SourceError         one source document cannot be read; the others go on (exit 1 at the end)
│   ├── EmptySource     nothing in it that could be read
│   ├── TooLarge        over a limit of size, pages or characters
│   └── Unsupported     a type that no reader takes, or bytes that are not what the name says
├── ShapeError          the graph breaks a SHACL shape: the build stops, the old one goes on serving
├── StoreError          an engine (triple store, vector or text index) failed
├── NoBuild             there is nothing to serve yet
├── QueryError          a question or query that cannot be taken: empty, too long (HTTP 422)
└── NotFound            no concept, document or page of that name (HTTP 404)
"""


class KgError(Exception):
    """Base of all errors that the program raises on purpose; its text is one line for people."""

    status = 500
    exit_code = 1


class UsageError(KgError):
    status, exit_code = 422, 2


class SettingsError(KgError):
    exit_code = 2


class SourceError(KgError):
    """A source that could not be read. `name` is the file, `why` the reason, `mend` what to do."""

    status = 422

    def __init__(self, name: str, why: str, mend: str = "") -> None:
        self.name, self.why, self.mend = name, why, mend
        super().__init__(f"{name}: {why}" + (f"; {mend}" if mend else ""))


class EmptySource(SourceError):
    pass


class TooLarge(SourceError):
    status = 413


class Unsupported(SourceError):
    status = 415


class ShapeError(KgError):
    pass


class StoreError(KgError):
    status = 503


class NoBuild(KgError):
    status, exit_code = 503, 2


class QueryError(KgError):
    status, exit_code = 422, 2


class NotFound(KgError):
    status, exit_code = 404, 2
