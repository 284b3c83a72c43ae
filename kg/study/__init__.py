"""Study cards: compiled from a graph, scheduled by FSRS, checked when typed, their history kept in one SQLite file.

    Graph ──compile_cards()──▶ Card, ... ──in_learning_order()──▶ session
    Card + typed text ──check()──▶ Checked ──▶ rating ──▶ Scheduler ──▶ History (append-only log)

Everything but `History` is a pure function of its arguments; times come from a clock that the caller gives.
"""
