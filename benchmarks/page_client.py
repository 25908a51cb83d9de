"""A client that asks for what a page asks for."""

from __future__ import annotations

import http.client
import json
import random
import time
from typing import Any

from benchmarks.http_client import Fetched, fetch

_TIMEOUT_S = 60.0
_COLUMNS = ("mean", "max", "min", "std", "total", "q4", "q28")
_RELATIVE = ("none", "start", "baseline", "target")
_FREQUENCIES = {
    "overview": 6,
    "series since": 6,
    "series": 4,
    "snapshot": 3,
    "distributions": 3,
    "export": 1,
}


class PageClient:
    """Asks any of the routes, in random order with random parameters.

    Args:
        url: Address of the plugin, without a slash at the end.
        generator: Chooses.
    """

    def __init__(self, url: str, generator: random.Random) -> None:
        self._url = url
        self._random = generator
        self._etags: dict[str, str | None] = {}
        self._overview: dict[str, Any] = {}

    def ask(self) -> tuple[str, float, str | None]:
        """Asks once.

        Returns:
            What was asked for, the seconds it took, and what was wrong with the
            answer, if anything.
        """
        name = "overview"
        if self._overview:
            names, frequencies = zip(*_FREQUENCIES.items(), strict=True)
            (name,) = self._random.choices(names, frequencies)
        query = self._query(name)
        known = self._etags.get(query)
        began_s = time.perf_counter()
        try:
            fetched = fetch(f"{self._url}/{query}", known, _TIMEOUT_S)
        except (OSError, http.client.HTTPException) as error:
            return name, time.perf_counter() - began_s, repr(error)
        return name, fetched.taken_s, self._what_is_wrong(name, query, fetched)

    def _query(self, name: str) -> str:
        if name == "overview":
            return name
        runs = self._overview["runs"]
        ids = ",".join(run["id"] for run in runs)
        kernel = self._random.choice(self._overview["kernels"])["id"]
        step = self._random.randrange(runs[0]["last_step"])
        columns = ",".join(self._random.sample(_COLUMNS, 2))
        relative = self._random.choice(_RELATIVE)
        since = ",".join(str(run["last_step"]) for run in runs)
        run = self._random.choice(runs)["id"]
        return {
            "series since": f"series?runs={ids}&columns={columns}&since={since}",
            "series": f"series?columns={columns}&max_points=400&relative={relative}",
            "snapshot": f"snapshot?step={step}&columns={columns}&relative={relative}",
            "distributions": f"distributions?kernels={kernel}&steps=0,{step}",
            "export": f"export?runs={run}&kernels={kernel}",
        }[name]

    def _what_is_wrong(self, name: str, query: str, fetched: Fetched) -> str | None:
        if fetched.status == 304 and self._etags.get(query) is not None:
            return None
        if fetched.status != 200:
            return f"{fetched.status} {fetched.body[:200]!r}"
        self._etags[query] = fetched.etag
        if name == "overview":
            self._overview = json.loads(fetched.text())
        if name == "export" and not fetched.text().endswith("\n"):
            return "the answer is cut off"
        return None
