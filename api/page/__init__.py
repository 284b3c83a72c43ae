"""The web page: texts, view models and templates, rendered on the server; `static/` only adds comfort."""
