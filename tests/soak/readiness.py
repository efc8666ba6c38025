"""Whether a worker says of itself what is so: ready, or not while a store is away."""

import asyncio
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from http import HTTPStatus
from itertools import pairwise

import httpx2

from tests.soak.stage import Stage

ASK_EVERY_SECONDS = 1.0
ANSWER_WITHIN_SECONDS = 10.0
# It asks a store at most once a second and waits for 2 s; clients that lost one take their time.
NOT_READY_AFTER_SECONDS = 6.0
READY_AGAIN_AFTER_SECONDS = 15.0


@dataclass(frozen=True)
class _Sample:
    begin: float
    end: float
    status: int | None  # None: no answer
    said: str = ""


@dataclass
class Readiness:
    """What the steady worker said, second by second."""

    stage: Stage
    samples: list[_Sample] = field(default_factory=list)

    async def watch(self) -> None:
        """Ask until cancelled."""
        async with httpx2.AsyncClient(timeout=ANSWER_WITHIN_SECONDS) as http:
            while True:
                self.samples.append(await self._ask(http))
                await asyncio.sleep(ASK_EVERY_SECONDS)

    async def _ask(self, http: httpx2.AsyncClient) -> _Sample:
        begin = time.monotonic()
        try:
            answer = await http.get(f"{self.stage.steady.url}/readyz")
        except httpx2.TransportError:
            return _Sample(begin, time.monotonic(), None)
        said = ", ".join(answer.text.split("\n"))
        return _Sample(begin, time.monotonic(), answer.status_code, said)

    def counts(self) -> dict[str, int]:
        """How often it was not ready, and how often that, or that it was, could be judged."""
        return {
            "asked": len(self.samples),
            "not ready": sum(sample.status != HTTPStatus.OK for sample in self.samples),
            "right to be ready": sum(self._must_be_ready(sample) for sample in self.samples),
            "right not to be": sum(self._must_not_be(sample) for sample in self.samples),
        }

    def faults(self) -> Iterator[str]:
        """Each wrong or missing answer, as a sentence."""
        start = self.samples[0].begin if self.samples else 0.0
        for before, sample in pairwise(self.samples):
            after = f"after {sample.begin - start:.0f} s"
            if sample.status is None:
                yield f"the steady worker did not say whether it is ready, {after}"
            elif sample.status == HTTPStatus.OK and self._must_not_be(sample):
                yield f"the steady worker said that it is ready while a store was away, {after}"
            elif self._is_wrongly_away(before) and self._is_wrongly_away(sample):
                yield f"the steady worker was {sample.said} though nothing was amiss, {after}"

    def _is_wrongly_away(self, sample: _Sample) -> bool:
        """One alone is no fault: the machine may have stood still for the 2 s of a check."""
        return sample.status != HTTPStatus.OK and self._must_be_ready(sample)

    def _must_not_be(self, sample: _Sample) -> bool:
        return any(
            span.begin + NOT_READY_AFTER_SECONDS < sample.begin and sample.end < span.end
            for span in self.stage.stores_away
        )

    def _must_be_ready(self, sample: _Sample) -> bool:
        since = sample.begin - READY_AGAIN_AFTER_SECONDS
        return not any(span.meets(since, sample.end) for span in self.stage.store_troubles)
