"""Machine code that was made for one instruction, called by its address."""

from __future__ import annotations

from typing import Any

import numba as nb
from llvmlite import ir
from numba.extending import intrinsic


def _call() -> Any:
    """called(mem, values, code, at): code[at] is the address of a function(float *mem, float
    *values, int64 *places); what it finds at `places` stands behind it.
    """

    @intrinsic
    def call(_: Any, mem: Any, values: Any, code: Any, at: Any) -> Any:
        signature = nb.void(mem, values, code, at)

        def generate(context: Any, builder: Any, sig: Any, args: Any) -> Any:
            mem, values, code = (
                context.make_array(sig.args[i])(context, builder, args[i]).data for i in range(3)
            )
            here = builder.gep(code, [args[3]])
            places = builder.gep(here, [ir.Constant(args[3].type, 1)])
            given = [mem, values, places]
            kind = ir.FunctionType(ir.VoidType(), [each.type for each in given])
            builder.call(builder.inttoptr(builder.load(here), kind.as_pointer()), given)
            return context.get_dummy_value()

        return signature, generate

    return call


called = _call()
