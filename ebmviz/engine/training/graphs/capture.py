"""Work on a GPU, recorded once by CUDA and done again with one call.

A small step is some hundred kernels of a few microseconds each, and Python takes longer to ask for
them than they take. A CUDA graph asks for all of them at once.
"""

from __future__ import annotations

from collections.abc import Callable

import torch

_WARM = 3
"""Times that the work is done before: libraries choose their algorithms, and memory is had."""


def captured(work: Callable[[], None], device: torch.device) -> Callable[[], None]:
    """`work` on tensors that keep their places, as one call. Raises what CUDA raises of work that
    waits for the GPU, or is otherwise none of its own.
    """
    with torch.cuda.device(device):
        side = torch.cuda.Stream(device)  # type: ignore[no-untyped-call]
        side.wait_stream(torch.cuda.current_stream(device))
        with torch.cuda.stream(side):
            for _ in range(_WARM):
                work()
        torch.cuda.current_stream(device).wait_stream(side)
        graph = torch.cuda.CUDAGraph()
        with torch.cuda.graph(graph):
            work()
    replay: Callable[[], None] = graph.replay
    return replay
