"""Sixteen numbers added at once, eight bytes read as one, bits counted: what numba does not make of itself."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final, cast

from llvmlite import ir
from numba import types
from numba.extending import intrinsic

LANES: Final = 16
"""How many: 64 bytes of sums, a line of the cache, or half of one of weights."""


@intrinsic
def _add_lanes(typing: Any, target: Any, i: Any, source: Any, j: Any) -> Any:
    """Add `source[j:j + LANES]`, int16 or int32, to `target[i:i + LANES]`, int32.

    Both arrays lie in one piece, and places count their numbers row by row.
    """
    bits = source.dtype.bitwidth

    def code(context: Any, builder: Any, signature: Any, given: Any) -> Any:
        def place(number: int, bits: int) -> Any:
            array = context.make_array(signature.args[number])(context, builder, given[number])
            begin = builder.gep(array.data, [given[number + 1]])
            return builder.bitcast(begin, ir.VectorType(ir.IntType(bits), LANES).as_pointer())

        wide = ir.VectorType(ir.IntType(32), LANES)
        to = place(0, 32)
        more = builder.load(place(2, bits), align=bits // 8)
        more = more if bits == 32 else builder.sext(more, wide)
        builder.store(builder.add(builder.load(to, align=4), more), to, align=4)
        return context.get_dummy_value()

    return types.void(target, types.intp, source, types.intp), code


add_lanes = cast("Callable[[Any, Any, Any, Any], None]", _add_lanes)
"""`_add_lanes` as kernels call it."""


@intrinsic
def _count_bits(typing: Any, number: Any) -> Any:
    """How many bits of a uint64 are set."""
    return types.uint64(types.uint64), lambda context, builder, signature, given: builder.ctpop(
        given[0]
    )


count_bits = cast("Callable[[Any], Any]", _count_bits)
"""`_count_bits` as kernels call it."""


@intrinsic
def _eight(typing: Any, data: Any, at: Any) -> Any:
    """The bytes `data[at:at + 8]` of uint8 as a uint64."""

    def code(context: Any, builder: Any, signature: Any, given: Any) -> Any:
        array = context.make_array(signature.args[0])(context, builder, given[0])
        begin = builder.gep(array.data, [given[1]])
        return builder.load(builder.bitcast(begin, ir.IntType(64).as_pointer()), align=1)

    return types.uint64(data, types.intp), code


eight = cast("Callable[[Any, Any], Any]", _eight)
"""`_eight` as kernels call it."""
