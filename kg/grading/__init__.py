"""Grading a student's concept map by what the notes say, each judgement with its rule and its lines.

    file ──maps.read──▶ StudentMap ──names, links──▶ concepts and predicates ──judge──▶ Grade ──report──▶ JSON

Nothing is judged by likeness of texts: a link counts as right or wrong only if the notes state something about the
two concepts, at lines that are looked up again while grading.
"""

from __future__ import annotations

from kg.grading.grade import grade
from kg.grading.maps import MAX_BYTES, read
from kg.grading.model import Grade, StudentMap

__all__ = ["MAX_BYTES", "Grade", "StudentMap", "grade", "read"]
