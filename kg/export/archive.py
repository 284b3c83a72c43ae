"""ZIP files that are the same bytes for the same contents."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping


def archive(files: Mapping[str, bytes]) -> bytes:
    """A ZIP of `files` (path to contents), in the given order, without dates of its own."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as zipped:
        for path, data in files.items():
            info = zipfile.ZipInfo(path)  # dated 1980-01-01, the earliest that ZIP knows
            info.compress_type = zipfile.ZIP_DEFLATED
            info.create_system = 3  # Unix, on every machine
            info.external_attr = 0o644 << 16
            zipped.writestr(info, data)
    return out.getvalue()
