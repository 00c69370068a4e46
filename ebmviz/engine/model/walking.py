"""A model whose chains can be watched."""

from __future__ import annotations

import math
import time
from abc import abstractmethod

from ebmviz.core.view import View
from ebmviz.engine.model import registry
from ebmviz.engine.model.model import Model
from ebmviz.engine.sampling.run import Sampling
from ebmviz.engine.training.problem import Problem


class Walking(Model):
    """Chains on the weights looked at, while its scene has some. view: the scene's, in the units of
    its data.
    """

    view: View

    @property
    @abstractmethod
    def task(self) -> Problem:
        """What is trained."""

    def sample(self, steps: int, seconds: float = math.inf) -> int:
        if "chains" not in self.scene.facts or self.lab:
            return 0
        deadline = time.perf_counter() + seconds
        try:
            return self.chains().advance(steps, deadline)
        except RuntimeError as error:
            if not self.falls_back(error):
                raise
            return 0

    @property
    def pace(self) -> float:
        return self.scene.number("sampler.pace")

    def disperse(self) -> None:
        if "chains" in self.scene.facts:
            self.chains().disperse()
            self.chains().here()

    def chains(self) -> Sampling:
        """They, on what is looked at."""
        if self.sampling is None:
            sampler = registry.sampler(self.scene)
            self.sampling = Sampling(sampler, self.task, self.scene.run.seed)
        self.sampling.follow(self.weights, self.view)
        return self.sampling
