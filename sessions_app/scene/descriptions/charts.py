"""The rows of a chart as text for models: the table that `add_chart` takes as `csv`."""

import csv
import io
from collections.abc import Sequence

from sessions_app.scene.document.charts import Row

# In characters: `get_scene` returns it twice, and its pages are limited.
MAX_LENGTH = 9_000


def csv_of(rows: Sequence[Row]) -> str:
    """Return rows as CSV text; of very long ones the first, and how many more there are."""
    columns = [
        name for name in ("label", "series", "x", "z", "value") if any(name in row for row in rows)
    ]
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(columns)
    for index, row in enumerate(rows):
        end = text.tell()
        writer.writerow([_cell(row.get(name, "")) for name in columns])
        if text.tell() > MAX_LENGTH:
            return f"{text.getvalue()[:end]}… and {len(rows) - index} more rows"
    return text.getvalue().rstrip("\n")


def _cell(value: object) -> str:
    return f"{value:.15g}" if isinstance(value, int | float) else str(value)
