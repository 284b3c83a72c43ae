"""Engines behind the GraphStore port (kg.ports): Oxigraph on disk, rdflib in memory."""
