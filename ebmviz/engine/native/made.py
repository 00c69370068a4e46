"""LLVM, by way of numba's own binding: a text made into machine code for this processor."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import llvmlite.binding as llvm


class Made:
    """Functions of a text; their code lasts as long as this does."""

    def __init__(self, text: str, level: int = 3) -> None:
        llvm.initialize_native_target()
        llvm.initialize_native_asmprinter()
        machine = llvm.Target.from_default_triple().create_target_machine(
            cpu=llvm.get_host_cpu_name(),
            features=llvm.get_host_cpu_features().flatten(),
            opt=3,
            jit=True,
        )
        # Not compiled from the text in place: that would be kept for as long as the code is.
        found = llvm.ObjectFileRef.from_data(_object(machine, text, level))
        self._engine: Any = llvm.create_mcjit_compiler(llvm.parse_assembly(""), machine)
        self._engine.add_object_file(found)
        self._engine.finalize_object()

    def addresses(self, names: Sequence[str]) -> list[int]:
        """Where they begin. Raises RuntimeError where one is not there."""
        found = [int(self._engine.get_function_address(name)) for name in names]
        if not all(found):
            raise RuntimeError("a function has no address")
        return found


def _object(machine: Any, text: str, level: int) -> bytes:
    module = llvm.parse_assembly(text)
    module.triple, module.data_layout = machine.triple, str(machine.target_data)
    tuning = llvm.create_pipeline_tuning_options(speed_level=level)
    builder = llvm.create_pass_builder(machine, tuning)
    builder.getModulePassManager().run(module, builder)
    made: bytes = machine.emit_object(module)
    return made
