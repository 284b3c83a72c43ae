"""Studygraph: course notes in, a concept graph with cited answers out."""

__version__ = "0.1.0"
