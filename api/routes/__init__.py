"""One router a file; `api.app` puts them together."""
