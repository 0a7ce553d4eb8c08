"""jax.lax: loops and convolutions, as its documentation defines them."""

import numpy


def scan(body, carry, xs, length):
    """`length` times body(carry, None) -> (carry, y); the ys are stacked. The carry must keep its form."""
    assert xs is None
    ys = []
    for _ in range(length):
        following, y = body(carry, None)
        for before, after in zip(carry, following):
            assert before.shape == after.shape and before.dtype == after.dtype, "carry changed"
        assert len(carry) == len(following)
        carry = following
        ys.append(y)
    if ys[0] is None:
        return carry, None
    return carry, tuple(numpy.stack(parts) for parts in zip(*ys))


def conv_general_dilated(
    lhs, rhs, window_strides, padding, lhs_dilation=(1, 1), dimension_numbers=None
):
    """Correlation, lhs (N, H, W, in) with rhs (h, w, in, out), in the order of the documentation:

    first `lhs_dilation` - 1 zeros between pixels, then the padding (before, after), then every
    `window_strides`-th window. The kernel is not turned.
    """
    assert dimension_numbers == ("NHWC", "HWIO", "NHWC")
    assert lhs.shape[3] == rhs.shape[2], "channels"
    for axis, (dilation, around) in enumerate(zip(lhs_dilation, padding), start=1):
        shape = list(lhs.shape)
        shape[axis] = (shape[axis] - 1) * dilation + 1
        dilated = numpy.zeros(shape, lhs.dtype)
        dilated[(slice(None),) * axis + (slice(None, None, dilation),)] = lhs
        assert min(around) >= 0
        lhs = numpy.pad(dilated, [around if i == axis else (0, 0) for i in range(4)])
    windows = numpy.lib.stride_tricks.sliding_window_view(lhs, rhs.shape[:2], (1, 2))
    windows = windows[:, :: window_strides[0], :: window_strides[1]]  # (N, H', W', in, h, w)
    return numpy.einsum("nxycij,ijco->nxyo", windows, rhs, optimize=True)
