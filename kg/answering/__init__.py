"""Answering: the question understood, statements gathered, an answer composed from them, or a no."""
