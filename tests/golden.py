"""Golden files: what an export gave when a person last looked at it. UPDATE_GOLDEN=1 writes them anew."""

import os
from pathlib import Path

FOLDER = Path(__file__).parent / "golden"


def check(name: str, data: bytes) -> None:
    file = FOLDER / name
    if os.environ.get("UPDATE_GOLDEN"):
        file.write_bytes(data)
    assert data.decode() == file.read_bytes().decode(), f"{name} changed: look at it, then run with UPDATE_GOLDEN=1"
