// SPDX-License-Identifier: MIT
// ctg::kernels: GEMM compiled once, for the instructions that this file is compiled for.
#include <ctg/kernel/gemm.hpp>

namespace ctg::inline v0::kernel {

template void gemm<float, isa>(gemm_arguments<float> const&);
template void gemm<double, isa>(gemm_arguments<double> const&);

}  // namespace ctg::inline v0::kernel
